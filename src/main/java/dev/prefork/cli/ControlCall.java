package dev.prefork.cli;

import dev.prefork.config.UsageException;
import dev.prefork.control.Answer;
import dev.prefork.control.ControlAddress;
import dev.prefork.control.ControlClient;
import dev.prefork.control.NoAnswerException;
import dev.prefork.control.Request;
import dev.prefork.os.Posix;
import dev.prefork.os.UnsupportedPlatformException;
import dev.prefork.procfs.ProcessIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A conversation with one master. For one thread.
 *
 * @param address of the master
 */
record ControlCall(Posix posix, ControlAddress address) {
    static final int DONE = 0;
    static final int REFUSED = 1;
    static final int NO_ANSWER = 3;

    /** A master says something every five seconds at least. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Path PROC = Path.of("/proc");

    /** It is not done; the message says why. */
    static final class NotDoneException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final int exitCode;

        NotDoneException(int exitCode, String why) {
            super(why);
            this.exitCode = exitCode;
        }

        int exitCode() {
            return exitCode;
        }
    }

    /**
     * One with the master that is meant: of all that can be seen the only one, or the one with this pid.
     *
     * @throws UsageException if there are several
     * @throws NotDoneException if there is none
     */
    static ControlCall to(Optional<Long> pid) {
        Posix posix = system();
        if (pid.isPresent()) {
            return new ControlCall(
                    posix,
                    ControlAddress.of(PROC, pid.get())
                            .orElseThrow(() ->
                                    new NotDoneException(NO_ANSWER, "there is no process " + pid.get() + " here")));
        }
        List<ControlAddress> visible = ControlAddress.visible(PROC);
        if (visible.size() > 1) {
            throw new UsageException("several masters are visible; choose one with --pid: "
                    + visible.stream().map(ControlCall::described).collect(Collectors.joining(", ")));
        }
        return visible.stream()
                .findFirst()
                .map(address -> new ControlCall(posix, address))
                .orElseThrow(() -> new NotDoneException(
                        NO_ANSWER, "no master found in this container: is it running, and its --control not off?"));
    }

    private static String described(ControlAddress address) {
        return address.pid()
                + ProcessIdentity.command(PROC, address.pid())
                        .map(command -> " (" + command + ")")
                        .orElse("");
    }

    private static Posix system() {
        try {
            return Posix.system();
        } catch (UnsupportedPlatformException e) {
            throw new NotDoneException(REFUSED, e.getMessage());
        }
    }

    /**
     * Asks it, and returns its last answer.
     *
     * @param progress is given what it says before that
     * @throws NotDoneException if it refuses, or does not answer
     */
    Answer.Received ask(Request request, Consumer<Answer.Received> progress) {
        return ask(request, progress, Deadline.NONE);
    }

    /** The same, until {@code deadline}; the master goes on with what it has begun. */
    Answer.Received ask(Request request, Consumer<Answer.Received> progress, Deadline deadline) {
        try (ControlClient client = ControlClient.ask(posix, address, PATIENCE, request)) {
            while (true) {
                Answer.Received answer = client.next(deadline.left());
                switch (answer.kind()) {
                    case DONE -> {
                        return answer;
                    }
                    case REFUSED -> throw new NotDoneException(REFUSED, answer.line());
                    case UNANSWERED -> throw new NotDoneException(NO_ANSWER, answer.line());
                    case PROGRESS -> {
                        if (answer.body() != null) {
                            progress.accept(answer);
                        }
                        deadline.requireTime();
                    }
                }
            }
        } catch (NoAnswerException e) {
            deadline.requireTime();
            throw new NotDoneException(NO_ANSWER, e.getMessage());
        }
    }

    Answer.Received ask(Request request) {
        return ask(request, progress -> {});
    }

    /** Whether the master's process is there, and none of the same number. */
    boolean isRunning() {
        return ControlAddress.of(PROC, address.pid()).equals(Optional.of(address));
    }
}
