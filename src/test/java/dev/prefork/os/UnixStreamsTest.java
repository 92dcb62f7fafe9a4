package dev.prefork.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnixStreamsTest {
    private static final int BACKLOG = 3;
    private static final int MUCH = 1 << 22;
    private static final OptionalLong AT_ONCE = OptionalLong.of(0);
    private static final OptionalLong NO_LIMIT = OptionalLong.empty();

    private final Posix posix = Posix.system();
    private final Endpoint.Unix address = new Endpoint.Unix("@prefork-streams/" + posix.getpid());
    private final List<Integer> open = new ArrayList<>();
    private int listener;

    @BeforeEach
    void listen() {
        listener = kept(posix.streamSocket(address));
        posix.bind(listener, address);
        posix.listen(listener, BACKLOG);
    }

    @AfterEach
    void close() {
        open.forEach(posix::close);
    }

    private int kept(int fd) {
        open.add(fd);
        return fd;
    }

    private int connected() {
        int client = kept(posix.streamSocket(address));
        posix.connect(client, address);
        return client;
    }

    private int accepted() {
        return kept(posix.accept(listener).orElseThrow());
    }

    @Test
    void aConnectionIsAcceptedAndCarriesBytesBothWays() {
        assertThat(posix.accept(listener)).as("nothing waits").isEmpty();
        int client = connected();
        int server = accepted();
        assertThat(posix.accept(listener)).isEqualTo(OptionalInt.empty());

        assertThat(posix.send(client, "question".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(8);
        byte[] buffer = new byte[100];
        assertThat(posix.read(server, buffer)).isEqualTo(8);
        assertThat(new String(buffer, 0, 8, StandardCharsets.US_ASCII)).isEqualTo("question");
        posix.send(server, "answer".getBytes(StandardCharsets.US_ASCII));
        assertThat(posix.read(client, buffer)).isEqualTo(6);
    }

    @Test
    void whatIsAcceptedNeitherBlocksNorSurvivesAnExec() throws Exception {
        connected();
        int server = accepted();
        assertThat(posix.isNonBlocking(server)).isTrue();
        String flags = Files.readString(Path.of("/proc/self/fdinfo/" + server));
        assertThat(flags).containsPattern("flags:\\s+02004002");
        assertThatThrownBy(() -> posix.read(server, new byte[1]))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EAGAIN));
    }

    @Test
    void eachEndKnowsWhoTheOtherIs() {
        int client = connected();
        int server = accepted();
        Peer self = posix.peer(server);
        assertThat(self.pid()).isEqualTo(posix.getpid());
        assertThat(self.uid()).isEqualTo(posix.geteuid());
        assertThat(posix.peer(client)).isEqualTo(self);
        assertThat(self).hasToString("pid " + posix.getpid() + ", uid " + posix.geteuid());
    }

    @Test
    void anAcceptThatFailsIsThrown() {
        assertThatThrownBy(() -> posix.accept(9999)).hasMessage("accept4(9999): Bad file descriptor (EBADF)");
        assertThatThrownBy(
                        () -> new FailingLibc("accept4", Errno.EMFILE).posix().accept(5))
                .hasMessageContaining("EMFILE");
        assertThat(new FailingLibc("accept4", Errno.EINTR).posix().accept(5)).isEqualTo(OptionalInt.of(0));
        assertThat(new FailingLibc("accept4", Errno.EAGAIN).posix().accept(5)).isEmpty();
    }

    @Test
    void pollTellsReadersFromWriters() {
        int client = connected();
        int server = accepted();
        Polled quiet = posix.poll(AT_ONCE, List.of(listener, server), List.of(client));
        assertThat(quiet).isEqualTo(new Polled(List.of(), List.of(client)));

        posix.send(client, new byte[1]);
        connected();
        assertThat(posix.poll(NO_LIMIT, List.of(listener, server), List.of()).readable())
                .containsExactly(listener, server);
        assertThat(posix.poll(NO_LIMIT, List.of(server), List.of(server)))
                .isEqualTo(new Polled(List.of(server), List.of(server)));
    }

    @Test
    void whatIsNotReadIsNotSentWithoutEnd() {
        int client = connected();
        int server = accepted();
        int sent = posix.send(client, new byte[MUCH]);
        assertThat(sent).isPositive().isLessThan(MUCH);
        assertThatThrownBy(() -> posix.send(client, new byte[MUCH]))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EAGAIN));
        assertThat(posix.poll(AT_ONCE, List.of(), List.of(client)).writable()).isEmpty();

        byte[] buffer = new byte[1 << 16];
        int read = 0;
        while (read < sent) {
            read += posix.read(server, buffer);
        }
        assertThat(posix.poll(NO_LIMIT, List.of(), List.of(client)).writable()).containsExactly(client);
    }

    @Test
    void aClosedEndIsSeenAsReadableAndNeverAsASignal() {
        int client = kept(posix.streamSocket(address));
        posix.connect(client, address);
        int server = posix.accept(listener).orElseThrow();
        posix.close(server);
        assertThat(posix.poll(NO_LIMIT, List.of(client), List.of()).readable()).containsExactly(client);
        assertThat(posix.read(client, new byte[1])).isZero();
        assertThatThrownBy(() -> posix.send(client, new byte[1])).hasMessageContaining("EPIPE");
    }

    @Test
    void aFullBacklogRefusesWithoutBlocking() {
        assertThatThrownBy(() -> {
                    for (int i = 0; i < BACKLOG + 2; i++) {
                        connected();
                    }
                })
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EAGAIN));
    }

    @Test
    void aNameIsTakenOnceAndFreedWithItsSocket() {
        int second = kept(posix.streamSocket(address));
        assertThatThrownBy(() -> posix.bind(second, address)).hasMessageContaining("EADDRINUSE");
        posix.close(listener);
        open.remove((Integer) listener);
        posix.bind(second, address);
    }
}
