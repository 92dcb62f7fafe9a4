package dev.prefork.agent;

import dev.prefork.supervise.Outcome;
import dev.prefork.supervise.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One line about why the master ended: on the standard error, and where Kubernetes looks for it. Stateless. */
public final class LastWords {
    private static final Path TERMINATION_LOG = Path.of("/dev/termination-log");

    private LastWords() {}

    static String of(Outcome outcome, Snapshot snapshot, Settings settings) {
        String span = settings.recoverWindow().isZero()
                ? "since the start"
                : "within " + Durations.format(settings.recoverWindow());
        String counted = snapshot.recoverExits() + (snapshot.recoverExits() == 1 ? " worker" : " workers")
                + " ended unasked " + span + " and the recover threshold is " + snapshot.recoverThreshold() + "; last: "
                + snapshot.lastExit().orElse("unknown");
        return switch (outcome) {
            case STOPPED -> "stopped as asked";
            case NEVER_READY ->
                "the first generation never became ready: " + counted
                        + "; see what the worker itself says, or raise --start-timeout";
            case OVER_RECOVERY ->
                "recover threshold exceeded: " + counted + "; mend the crash or raise --recover-threshold";
            case FAILED -> "internal error";
        };
    }

    /** Says it on the standard error, and leaves it for Kubernetes. */
    static void say(String line) {
        System.err.println("prefork: " + line);
        leave(line);
    }

    /** Writes the reason into the pod's termination message; does nothing where there is none. Said already elsewhere. */
    public static void leave(String line) {
        leave(line, TERMINATION_LOG);
    }

    static void leave(String line, Path log) {
        if (!Files.isWritable(log)) {
            return;
        }
        try {
            // Kubernetes mounts the file; where it does not, none must be made.
            Files.writeString(
                    log,
                    line + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            Console.warn("the reason could not be written to " + log + ": " + e.getMessage());
        }
    }
}
