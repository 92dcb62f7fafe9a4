package dev.prefork.explain;

import dev.prefork.config.Options;
import dev.prefork.config.Settings;
import dev.prefork.procfs.OpenFilesLimit;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How many workers the master's limit of open descriptors allows. A master that has run out of them can neither start a process
 * nor answer a probe, so that is found out before. Immutable; any thread.
 *
 * @param limit empty if there is none
 */
public record Descriptors(OptionalInt limit) {
    /** For each worker: its notification socket, and the memory that it writes its metrics to. */
    private static final int OF_EACH_WORKER = 2;

    /**
     * The master's own: jar files, the connections of the management interface and of the control socket, what a start needs for a
     * moment, and pipes that workers left to others.
     */
    private static final int OWN = 320;

    /** Those of this process. */
    public static Descriptors of(Path root) {
        return new Descriptors(OpenFilesLimit.of(root.resolve("proc")));
    }

    /** What to say if the settings ask this process for more workers than that; empty if they do not. Reads below {@code root}. */
    public static Optional<String> missing(Settings settings, int workers, Path root) {
        return of(root).tooFewFor(workers, socketsOfEach(settings));
    }

    private static int socketsOfEach(Settings settings) {
        int sockets =
                settings.get(Options.REUSE_PORT) ? settings.get(Options.LISTEN).size() : 0;
        return sockets + pipesOfEach(settings);
    }

    /** The read ends of what it writes to, where the master reads that. */
    public static int pipesOfEach(Settings settings) {
        return settings.get(Options.LOG_TAG) ? 2 : 0;
    }

    /** So many workers there may be, with a number of sockets that each has for itself. */
    public int workers(int socketsOfEach) {
        int left = limit.orElse(Integer.MAX_VALUE) - OWN;
        return Math.max(0, left / (OF_EACH_WORKER + socketsOfEach));
    }

    /** What to say if there are to be more of them; empty if there are not. */
    public Optional<String> tooFewFor(int workers, int socketsOfEach) {
        long needed = (long) workers * (OF_EACH_WORKER + socketsOfEach) + OWN;
        // A single worker is left to try: the margin is a wide one.
        return workers <= Math.max(1, workers(socketsOfEach))
                ? Optional.empty()
                : Optional.of(workers + " workers need up to " + needed + " open files in the master, and its limit is "
                        + limit.getAsInt()
                        + ": raise the limit (ulimit -n, LimitNOFILE=, or --ulimit nofile), or lower "
                        + Options.WORKERS.word());
    }
}
