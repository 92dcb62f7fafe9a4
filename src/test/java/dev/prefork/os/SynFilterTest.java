package dev.prefork.os;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The JDK's own listening sockets, since {@link Posix} has no accept: their descriptors are found in /proc. */
class SynFilterTest {
    private static final int SHORT = 300;
    private static final int LONG = 20_000;

    private final Posix posix = Posix.system();
    private final List<AutoCloseable> open = new ArrayList<>();
    private ServerSocketChannel listener;
    private int fd;

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1", "0.0.0.0, 127.0.0.1", "::1, ::1", "::, ::1", "::, 127.0.0.1"})
    void whoWaitsIsServedAndNobodyNewGetsIn(String address, String from) throws IOException {
        listenOn(address);
        Socket before = connect(from, LONG);
        await().until(() -> posix.acceptQueue(fd).length() == 1);

        posix.stopAccepting(fd);

        assertThatThrownBy(() -> connect(from, SHORT)).isInstanceOf(SocketTimeoutException.class);
        assertThat(posix.acceptQueue(fd).length()).isEqualTo(1);
        try (Socket accepted = listener.accept().socket()) {
            assertTalk(before, accepted);
            assertTalk(accepted, before);
        }
        int port = listener.socket().getLocalPort();
        listener.close();
        assertThatThrownBy(() -> open.add(new Socket(from, port))).isInstanceOf(ConnectException.class);
    }

    @Test
    void aConnectionThatWasAcceptedBeforeGoesOn() throws IOException {
        listenOn("127.0.0.1");
        Socket client = connect("127.0.0.1", LONG);
        try (Socket accepted = listener.accept().socket()) {
            posix.stopAccepting(fd);
            assertTalk(client, accepted);
            assertTalk(accepted, client);
        }
    }

    @Test
    void aConnectionAcceptedLaterCarriesMoreThanOneSegmentEachWayAndEnds() throws IOException {
        listenOn("127.0.0.1");
        Socket client = connect("127.0.0.1", LONG);
        posix.stopAccepting(fd);
        byte[] much = new byte[100_000];
        try (Socket accepted = listener.accept().socket()) {
            client.getOutputStream().write(much);
            assertThat(accepted.getInputStream().readNBytes(much.length)).hasSize(much.length);
            accepted.getOutputStream().write(much);
            assertThat(client.getInputStream().readNBytes(much.length)).hasSize(much.length);
        }
        assertThat(client.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void itMayBeRepeated() throws IOException {
        listenOn("127.0.0.1");
        posix.stopAccepting(fd);
        posix.stopAccepting(fd);
        assertThatThrownBy(() -> connect("127.0.0.1", SHORT)).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void otherListenersStayOpen() throws IOException {
        listenOn("127.0.0.1");
        posix.stopAccepting(fd);
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                Socket client = new Socket(other.getInetAddress(), other.getLocalPort())) {
            assertThat(client.isConnected()).isTrue();
        }
    }

    @Test
    void aDescriptorThatIsNoSocketIsNamed() {
        int[] pipe = posix.pipe();
        open.add(() -> posix.close(pipe[0]));
        open.add(() -> posix.close(pipe[1]));
        assertThatThrownBy(() -> posix.stopAccepting(pipe[0]))
                .isInstanceOf(ErrnoException.class)
                .hasMessageStartingWith("setsockopt(" + pipe[0] + ", SO_ATTACH_FILTER): ")
                .hasMessageEndingWith("(ENOTSOCK)");
    }

    @Test
    void packetsInHandAreAwaited() {
        posix.awaitPacketsInHand();
        assertThatThrownBy(
                        () -> new FailingLibc("syscall", Errno.ENOSYS).posix().awaitPacketsInHand())
                .hasMessageStartingWith("membarrier(MEMBARRIER_CMD_GLOBAL): ")
                .hasMessageEndingWith("(ENOSYS)");
    }

    @Test
    void aUnixListenerIsReadableWhileSomebodyWaits(@TempDir Path directory) {
        Endpoint.Unix path = new Endpoint.Unix(directory.resolve("s").toString());
        int server = keep(posix.streamSocket(path));
        posix.bind(server, path);
        posix.listen(server, 3);
        assertThat(posix.isReadable(server)).isFalse();
        int client = keep(posix.streamSocket(path));
        posix.connect(client, path);
        assertThat(posix.isReadable(server)).isTrue();
        // unix(7): a client that has left again stays in the queue.
        posix.shutdownRead(client);
        assertThat(posix.isReadable(server)).isTrue();
    }

    @Test
    void aPipeIsReadableFromTheFirstByteOnAndAtItsEnd() {
        int[] pipe = pipe();
        assertThat(posix.isReadable(pipe[0])).isFalse();
        posix.close(pipe[1]);
        // poll(2): a hang-up alone is POLLHUP; there is nothing to read.
        assertThat(posix.isReadable(pipe[0])).isFalse();
    }

    @Test
    void aClosedDescriptorIsNotTakenForAnEmptyOne() {
        assertThatThrownBy(() -> posix.isReadable(9999)).hasMessage("poll(9999, POLLIN): Bad file descriptor (EBADF)");
        assertThatThrownBy(() -> new FailingLibc("poll", Errno.ENOMEM).posix().isReadable(5))
                .hasMessageEndingWith("(ENOMEM)");
    }

    @Test
    void theFirstDescriptorThatIsReadableEndsTheWait() {
        int[] silent = pipe();
        int[] ended = pipe();
        posix.close(ended[1]);
        assertThat(posix.awaitReadable(ended[0])).isZero();
        assertThat(posix.awaitReadable(silent[0], ended[0])).isEqualTo(1);
        assertThat(posix.awaitReadable(silent[0], 9999))
                .as("a read would fail at once")
                .isEqualTo(1);
        assertThatThrownBy(() -> new FailingLibc("poll", Errno.ENOMEM).posix().awaitReadable(5))
                .hasMessageEndingWith("(ENOMEM)");
        posix.close(silent[1]);
        assertThat(posix.awaitReadable(silent[0], ended[0])).isZero();
    }

    @Test
    void allThatAreReadableEndTheWaitAndSoDoesItsLimit() {
        int[] silent = pipe();
        int[] ended = pipe();
        posix.close(ended[1]);
        List<Integer> all = List.of(silent[0], ended[0], 9999);
        assertThat(posix.awaitReadable(OptionalLong.empty(), all)).containsExactly(ended[0], 9999);
        long before = System.nanoTime();
        assertThat(posix.awaitReadable(OptionalLong.of(10_000_001), List.of(silent[0])))
                .isEmpty();
        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(10_000_001);
        posix.close(silent[1]);
        assertThat(posix.awaitReadable(OptionalLong.of(Long.MAX_VALUE / 2), all))
                .isEqualTo(all);
    }

    private int[] pipe() {
        int[] pipe = posix.pipe();
        open.add(() -> posix.close(pipe[0]));
        return pipe;
    }

    private void listenOn(String address) throws IOException {
        assumeTrue(!address.contains(":") || hasIpv6(), "this machine has no IPv6");
        Set<Integer> before = OpenDescriptors.socketsAndPipes().keySet();
        listener = ServerSocketChannel.open();
        open.add(listener);
        listener.bind(new InetSocketAddress(address, 0), 16);
        Set<Integer> fresh = new TreeSet<>(OpenDescriptors.socketsAndPipes().keySet());
        fresh.removeAll(before);
        fd = fresh.stream()
                .filter(one ->
                        posix.socketKind(one).filter(SocketKind::listening).isPresent())
                .findFirst()
                .orElseThrow();
    }

    private Socket connect(String from, int milliseconds) throws IOException {
        Socket socket = new Socket();
        open.add(socket);
        socket.setSoTimeout(LONG);
        socket.connect(new InetSocketAddress(from, listener.socket().getLocalPort()), milliseconds);
        return socket;
    }

    private static void assertTalk(Socket one, Socket other) throws IOException {
        one.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
        assertThat(other.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
    }

    private static boolean hasIpv6() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            return probe.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private int keep(int socket) {
        open.add(() -> posix.close(socket));
        return socket;
    }
}
