package dev.prefork.app;

import dev.prefork.config.Settings;
import dev.prefork.log.Entry;
import dev.prefork.log.EntryJson;
import dev.prefork.log.EventName;
import dev.prefork.log.Level;
import dev.prefork.log.LogFormat;
import dev.prefork.supervise.Outcome;
import dev.prefork.supervise.Readiness;
import dev.prefork.supervise.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Why the master ended: one line on the standard error, and the same with the last exits of workers where Kubernetes looks
 * for it. Immutable.
 *
 * @param reason one whole line, with a remedy
 * @param exits the last unexpected exits, a line each, the newest first
 */
public record TerminationMessage(String reason, List<String> exits) {
    private static final Path TERMINATION_LOG = Path.of("/dev/termination-log");

    /** Kubernetes cuts a longer message off at its beginning. */
    private static final int LONGEST = 4096;

    private static final double NANOS_PER_SECOND = 1e9;

    public TerminationMessage {
        exits = List.copyOf(exits);
    }

    /** A reason that has nothing to do with workers. */
    public static TerminationMessage of(String reason) {
        return new TerminationMessage(reason, List.of());
    }

    /** @param now on the supervisor's clock */
    static TerminationMessage of(Outcome outcome, Snapshot snapshot, Settings settings, long now) {
        List<String> exits = snapshot.recovery().last().stream()
                .map(exit -> String.format(
                        Locale.ROOT, "%.1f s earlier: %s", (now - exit.at()) / NANOS_PER_SECOND, exit.text()))
                .toList();
        return new TerminationMessage(reason(outcome, snapshot, settings), exits);
    }

    private static String reason(Outcome outcome, Snapshot snapshot, Settings settings) {
        String counted = snapshot.recovery().exits() + " unexpected worker exit"
                + (snapshot.recovery().exits() == 1 ? " " : "s ")
                + (outcome == Outcome.NEVER_READY ? "since the start" : settings.recoverSpan())
                + " and the recover threshold is "
                + snapshot.recovery().threshold()
                + "; last: "
                + snapshot.lastExit().orElse("unknown");
        return switch (outcome) {
            case STOPPED -> "stopped as asked";
            case NOT_ENDED ->
                "stopped, but " + snapshot.lastExit().orElse("a process survived SIGKILL")
                        + "; look for a debugger that holds it, or a file system that does not answer, or give the"
                        + " master the capability KILL if it runs as another user";
            case NEVER_READY ->
                "the first generation never became ready: " + counted + "; "
                        + remedy(snapshot, settings, "check the output of the worker" + inUse(snapshot, settings));
            case OVER_RECOVERY ->
                "recover threshold exceeded: " + counted + "; "
                        + remedy(snapshot, settings, "fix the crash or raise --recover-threshold");
            case FAILED -> "internal error";
        };
    }

    /** What helps against the last exit; {@code crash} if that was the worker's own doing. */
    private static String remedy(Snapshot snapshot, Settings settings, String crash) {
        return snapshot.recovery().last().stream()
                .findFirst()
                .flatMap(Snapshot.UnplannedExit::cause)
                .map(cause -> switch (cause) {
                    case OOM -> "raise the memory limit or lower --workers";
                    case WATCHDOG -> "see the thread dump in the log for where it hung, or raise --watchdog";
                    case START_TIMEOUT ->
                        "check the output of the worker, "
                                + (settings.readyMode().readiness().proof() == Readiness.Proof.ACCEPTS
                                        ? Readiness.UNUSED_REMEDY + ", "
                                        : "")
                                + "or raise --start-timeout";
                    case EXIT, SIGNAL, KILLED -> crash;
                })
                .orElse(crash);
    }

    /** Where no worker was ever ready: a bind(2) of the port on which the master listens fails, with EADDRINUSE. */
    private static String inUse(Snapshot snapshot, Settings settings) {
        return snapshot.startup().slots() > 0 || settings.command().isEmpty() || !settings.listens()
                ? ""
                : "; if it says that the address is in use, the program binds the port itself, on which Prefork listens:"
                        + " let it take the listeners (docs/RECIPES.md) or use --listen none";
    }

    /** Says it on the standard error, and leaves it for Kubernetes. */
    public void say() {
        String line = "prefork: " + reason;
        System.err.println(
                Console.format() == LogFormat.JSON
                        ? EntryJson.of(Instant.now(), Entry.of(Level.ERROR, EventName.MASTER_ENDED, line))
                        : line);
        leave();
    }

    /** Writes it into the pod's termination message; does nothing where there is none. */
    public void leave() {
        leave(TERMINATION_LOG);
    }

    void leave(Path log) {
        if (!Files.isWritable(log) && !Files.isSymbolicLink(log)) {
            return;
        }
        // Kubernetes mounts a regular file; where it does not, none must be made. A worker of root's could have put a
        // link in
        // its place, to have another file overwritten, or a pipe, on which open(2) would wait for a reader; see
        // fifo(7).
        if (!Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS)) {
            Console.warn(
                    EventName.TERMINATION_MESSAGE_FAILED,
                    "the reason is not written to " + log
                            + ", which is not a regular file; mount a file there, as Kubernetes does");
            return;
        }
        try {
            Files.write(
                    log,
                    bytes(),
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            Console.warn(
                    EventName.TERMINATION_MESSAGE_FAILED, "cannot write the reason to " + log + ": " + e.getMessage());
        }
    }

    /** What is written: the reason, and as many exits as there is room for. */
    byte[] bytes() {
        StringBuilder text = new StringBuilder(reason).append('\n');
        exits.forEach(exit -> text.append(exit).append('\n'));
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= LONGEST) {
            return bytes;
        }
        int end = LONGEST;
        // Not in the middle of a character: what follows the first byte of one begins with the bits 10; see utf-8(7).
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }
}
