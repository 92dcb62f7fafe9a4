package dev.prefork.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Makes workers likelier victims of the OOM killer than this process is, for a worker can be replaced. Immutable; any
 * thread. Raising is allowed to every process, lowering is not; see proc_pid_oom_score_adj(5).
 *
 * <p>The kernel kills the highest of: memory in use + adjustment / 1000 of the memory that ran out, which is the cgroup's
 * limit (oom_badness in mm/oom_kill.c). 300 make a native worker of 44 MiB in a container of 512 MiB count as 198 MiB, more
 * than a JVM as master with its 150 MiB. More than 300 would cost what it need not: the same adjustment counts when the
 * machine runs out, and Kubernetes gives a pod of the Guaranteed class -997, which 300 leave well below those of other pods.
 *
 * <p>There is little room where Kubernetes gives a high number itself: 1000 to BestEffort pods, and to Burstable ones nearly
 * as much when they request a small part of the machine. Without privileges nothing can be done about that; {@link
 * #explanation} says it.
 */
public final class OomScore {
    private static final int MORE = 300;
    private static final int MOST = 1000;

    private final Path proc;
    private final OptionalInt own;

    private OomScore(Path proc, OptionalInt own) {
        this.proc = proc;
        this.own = own;
    }

    /** Reads the adjustment of this process under {@code root}, which is {@code /} but in tests. */
    public static OomScore read(Path root) {
        Path proc = root.resolve("proc");
        return new OomScore(proc, number(proc.resolve(Path.of("self", "oom_score_adj"))));
    }

    /**
     * Makes a process that serves no client the first victim. Where it cannot be done, nothing is lost. Call it before the process is
     * reaped, while the pid cannot be another's.
     */
    public static void raiseToMost(int pid) {
        new OomScore(Path.of("/proc"), OptionalInt.of(MOST)).raise(pid);
    }

    /**
     * Raises the adjustment of a worker. Call it before the worker is reaped, while the pid cannot be another's.
     *
     * @return why it could not be done, in words that follow a colon; empty if it was done, or the process is gone
     */
    public Optional<String> raise(int pid) {
        if (own.isEmpty()) {
            return Optional.of("cannot read this process's own oom_score_adj");
        }
        Path process = proc.resolve(Integer.toString(pid));
        try {
            // Not the defaults: they would create the file, which is an odd thing to ask of /proc.
            Files.write(
                    process.resolve("oom_score_adj"),
                    Integer.toString(raised()).getBytes(StandardCharsets.US_ASCII),
                    StandardOpenOption.WRITE);
            return Optional.empty();
        } catch (IOException e) {
            // ENOENT at the open, ESRCH at the write: it has just ended.
            return Files.exists(process) ? Optional.of(reason(e)) : Optional.empty();
        }
    }

    /** One sentence, for {@code explain}. */
    public String explanation() {
        if (own.isEmpty()) {
            return "the OOM killer's preference is unknown: cannot read this process's own oom_score_adj";
        }
        String numbers = "oom_score_adj " + own.getAsInt() + " for the master and " + raised() + " for workers";
        int more = raised() - own.getAsInt();
        return more == MORE
                ? numbers + ": the OOM killer prefers workers"
                : numbers + ": " + (more == 0 ? "no" : "little") + " room left to make it prefer workers";
    }

    private int raised() {
        return Math.min(MOST, own.orElse(0) + MORE);
    }

    private static String reason(IOException e) {
        return e instanceof AccessDeniedException ? "permission denied" : e.getMessage();
    }

    private static OptionalInt number(Path file) {
        return TextFile.firstLine(file)
                .filter(line -> line.matches("-?\\d{1,4}"))
                .map(line -> OptionalInt.of(Integer.parseInt(line)))
                .orElse(OptionalInt.empty());
    }
}
