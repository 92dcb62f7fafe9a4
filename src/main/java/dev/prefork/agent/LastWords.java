package dev.prefork.agent;

import dev.prefork.supervise.Outcome;
import dev.prefork.supervise.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One line about why the master ended: on the standard error, and where Kubernetes looks for it. */
final class LastWords {
    static final String TERMINATION_LOG = "/dev/termination-log";

    private LastWords() {}

    static String of(Outcome outcome, Snapshot snapshot, Settings settings) {
        String span = settings.recoverWindow().isZero()
                ? "since the start"
                : "within " + Durations.format(settings.recoverWindow());
        String counted = snapshot.recoverExits() + (snapshot.recoverExits() == 1 ? " worker" : " workers")
                + " ended unasked " + span + " and the recover threshold is " + snapshot.recoverThreshold()
                + "; last: " + snapshot.lastExit().orElse("unknown");
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

    /** Writes {@code line} to the standard error and, if the file is there and can be written, into {@code log}. */
    static void say(String line, Path log) {
        System.err.println("prefork: " + line);
        if (Files.isWritable(log)) {
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
}
