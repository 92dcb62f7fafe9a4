package dev.prefork.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.LeakCheck;
import dev.prefork.os.Posix;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControlClientTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final LeakCheck leaks = new LeakCheck();
    private final Posix posix = Posix.system();

    @AfterEach
    void nothingIsLeft() {
        leaks.assertNothingLeft();
    }

    private ControlClient ask(ControlAddress address, Duration patience) throws NoAnswerException {
        return ControlClient.ask(posix, address, patience, new Request.Status());
    }

    @Test
    void answersComeInOrder() throws NoAnswerException {
        try (RunningServer server = new RunningServer()) {
            server.steering = (request, asker) ->
                    () -> List.of(Answer.progress("half"), Answer.done(Map.of("big", "x".repeat(1 << 21))));
            try (ControlClient client = ask(server.address, LONG)) {
                assertThat(client.next().line()).isEqualTo("half");
                assertThat(client.next().members().get("big").toString()).hasSize(1 << 21);
                assertThatThrownBy(client::next)
                        .isInstanceOf(NoAnswerException.class)
                        .hasMessageContaining("has closed the connection before it had answered");
            }
        }
    }

    @Test
    void whereThereIsNoMasterThatIsSaid() {
        assertThatThrownBy(() -> ask(new ControlAddress(posix.getpid(), 1L << 60), LONG))
                .isInstanceOf(NoAnswerException.class)
                .hasMessage(
                        "pid " + posix.getpid() + " has no control socket: is it a master, in this network namespace,"
                                + " and its --control not off?");
    }

    @Test
    void aNameThatAnotherProcessHasTakenIsNotAsked() {
        ControlAddress theirs = new ControlAddress(posix.getpid() + 1L, 4711);
        int squatter = listener(theirs, 1);
        try {
            assertThatThrownBy(() -> ask(theirs, LONG))
                    .isInstanceOf(NoAnswerException.class)
                    .hasMessageStartingWith("pid " + posix.getpid() + " has taken the name");
        } finally {
            posix.close(squatter);
        }
    }

    @Test
    void oneThatAcceptsAndSaysNothingIsNotWaitedForLonger() throws NoAnswerException {
        ControlAddress address = new ControlAddress(posix.getpid(), 4712);
        int listener = listener(address, 5);
        try (ControlClient client = ask(address, SHORT)) {
            assertThatThrownBy(client::next)
                    .isInstanceOf(NoAnswerException.class)
                    .hasMessageContaining("no answer from pid " + posix.getpid());
        } finally {
            posix.close(listener);
        }
    }

    @Test
    void norIsOneWhoseBacklogIsFull() throws NoAnswerException {
        ControlAddress address = new ControlAddress(posix.getpid(), 4713);
        int listener = listener(address, 0);
        try (ControlClient first = ask(address, SHORT)) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> ask(address, SHORT))
                    .isInstanceOf(NoAnswerException.class)
                    .hasMessageContaining("cannot be asked");
        } finally {
            posix.close(listener);
        }
    }

    @Test
    void whatIsNoAnswerIsSaidToBeNone() throws NoAnswerException {
        ControlAddress address = new ControlAddress(posix.getpid(), 4714);
        int listener = listener(address, 5);
        try (ControlClient client = ask(address, LONG)) {
            int fd = posix.accept(listener).orElseThrow();
            posix.send(fd, "HTTP/1.1 400 Bad Request".getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(client::next)
                    .isInstanceOf(NoAnswerException.class)
                    .hasMessageContaining("answers in a way that is not understood");
            posix.close(fd);
        } finally {
            posix.close(listener);
        }
    }

    private int listener(ControlAddress address, int backlog) {
        int fd = posix.streamSocket(address.endpoint());
        posix.bind(fd, address.endpoint());
        posix.listen(fd, backlog);
        return fd;
    }
}
