package dev.prefork.os;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketsTest {
    private static final int O_NONBLOCK = 04000;
    private static final int O_CLOEXEC = 02000000;

    private final Posix posix = Posix.system();
    private final List<Integer> opened = new ArrayList<>();
    private final List<Socket> clients = new ArrayList<>();

    @AfterEach
    void closeAll() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        opened.forEach(posix::close);
    }

    @Test
    void streamSocketsAreNonBlockingAndCloseOnExecInEveryFamily() throws IOException {
        for (Endpoint family : List.of(loopback4(), new Endpoint.Unix("/x"))) {
            assertThat(OpenDescriptors.flags(stream(family))).satisfies(flags -> {
                assertThat(flags & O_NONBLOCK).isNotZero();
                assertThat(flags & O_CLOEXEC).isNotZero();
            });
        }
    }

    @Test
    void datagramSocketsBlockAndAreCloseOnExec() {
        int flags = OpenDescriptors.flags(keep(posix.datagramSocket()));
        assertThat(flags & O_NONBLOCK).isZero();
        assertThat(flags & O_CLOEXEC).isNotZero();
    }

    @Test
    void portZeroBecomesARealOne() throws IOException {
        int fd = listening(loopback4(), 8);
        assertThat(posix.localEndpoint(fd)).isInstanceOfSatisfying(Endpoint.Inet.class, bound -> {
            assertThat(bound.address().getHostAddress()).isEqualTo("127.0.0.1");
            assertThat(bound.port()).isBetween(1024, 65535);
            connect(bound);
        });
    }

    @Test
    void theAcceptQueueIsMeasuredWhileClientsWait() throws IOException {
        int fd = listening(loopback4(), 5);
        assertThat(posix.acceptQueue(fd)).isEqualTo(new AcceptQueue(0, 5));
        for (int waiting = 1; waiting <= 3; waiting++) {
            connect((Endpoint.Inet) posix.localEndpoint(fd));
            int expected = waiting;
            // connect(2) returns with the SYN-ACK; the queue grows with the ACK a moment later.
            await().untilAsserted(() -> assertThat(posix.acceptQueue(fd)).isEqualTo(new AcceptQueue(expected, 5)));
        }
    }

    @Test
    void unreadBytesAreSeenAndStayWhereTheyAre() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Endpoint address = new Endpoint.Inet(server.getInetAddress(), server.getLocalPort());
            int fd = stream(address);
            assertErrno(Errno.EINPROGRESS, "connect", () -> posix.connect(fd, address));
            try (Socket other = server.accept()) {
                assertThat(posix.hasUnread(fd)).isFalse();
                other.getOutputStream().write("ok".getBytes(StandardCharsets.US_ASCII));
                await().until(() -> posix.hasUnread(fd));
                byte[] buffer = new byte[10];
                assertThat(posix.read(fd, buffer)).isEqualTo(2);
                assertThat(posix.hasUnread(fd)).isFalse();
            }
            // The end of the stream is nothing to read.
            await().ignoreExceptions().until(() -> posix.read(fd, new byte[1]) == 0);
            assertThat(posix.hasUnread(fd)).isFalse();
        }
    }

    @Test
    void anAcceptQueueOfWhatDoesNotListenIsEinval() throws IOException {
        int fd = stream(loopback4());
        assertErrno(Errno.EINVAL, "getsockopt", () -> posix.acceptQueue(fd));
    }

    @Test
    void anAcceptQueueOfAUnixSocketIsRefusedByTheKernel(@TempDir Path directory) {
        int fd = listening(new Endpoint.Unix(directory.resolve("s").toString()), 5);
        // One number with two names, of which jnr picks this one.
        assertErrno(Errno.ENOTSUP, "getsockopt", () -> posix.acceptQueue(fd));
    }

    @Test
    void aPortInUseIsEaddrinuseAndNamesTheEndpoint() throws IOException {
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Endpoint taken = new Endpoint.Inet(holder.getInetAddress(), holder.getLocalPort());
            int fd = stream(taken);
            assertThatThrownBy(() -> posix.bind(fd, taken))
                    .hasMessage("bind(" + fd + ", tcp4://127.0.0.1:" + holder.getLocalPort()
                            + "): Address already in use (EADDRINUSE)");
        }
    }

    @Test
    void anAddressOfAnotherMachineIsEaddrnotavail() throws IOException {
        Endpoint elsewhere = new Endpoint.Inet(InetAddress.getByName("192.0.2.1"), 0);
        assertErrno(Errno.EADDRNOTAVAIL, "bind", () -> posix.bind(stream(elsewhere), elsewhere));
    }

    @Test
    void optionsAreReadBackAsSet() throws IOException {
        int fd = stream(loopback4());
        assertThat(posix.getOption(fd, SocketOption.REUSE_PORT)).isZero();
        posix.setOption(fd, SocketOption.REUSE_PORT, 1);
        posix.setOption(fd, SocketOption.REUSE_ADDRESS, 1);
        assertThat(posix.getOption(fd, SocketOption.REUSE_PORT)).isOne();
        assertThat(posix.getOption(fd, SocketOption.REUSE_ADDRESS)).isOne();
    }

    @Test
    void anOptionOfAnotherFamilyIsRefusedWithItsName() throws IOException {
        int fd = stream(loopback4());
        assertThatThrownBy(() -> posix.setOption(fd, SocketOption.V6_ONLY, 1))
                .isInstanceOf(ErrnoException.class)
                .hasMessageStartingWith("setsockopt(" + fd + ", V6_ONLY, 1): ");
    }

    @Test
    void aDualStackSocketTakesBothFamilies() throws IOException {
        int fd = ipv6Listener(0);
        Endpoint.Inet bound = (Endpoint.Inet) posix.localEndpoint(fd);
        assertThat(bound.toString()).isEqualTo("tcp6://[::]:" + bound.port());
        connect(new Endpoint.Inet(InetAddress.getByName("127.0.0.1"), bound.port()));
        connect(new Endpoint.Inet(InetAddress.getByName("::1"), bound.port()));
        await().untilAsserted(() -> assertThat(posix.acceptQueue(fd).length()).isEqualTo(2));
    }

    @Test
    void aV6OnlySocketTakesNoIpv4() throws IOException {
        int fd = ipv6Listener(1);
        Endpoint.Inet bound = (Endpoint.Inet) posix.localEndpoint(fd);
        connect(new Endpoint.Inet(InetAddress.getByName("::1"), bound.port()));
        assertThatThrownBy(() -> new Socket("127.0.0.1", bound.port()).close()).isInstanceOf(ConnectException.class);
    }

    @Test
    void unixSocketsAreBoundAndFoundAgain(@TempDir Path directory) {
        Endpoint.Unix path = new Endpoint.Unix(directory.resolve("socket").toString());
        int server = listening(path, 3);
        assertThat(posix.localEndpoint(server)).isEqualTo(path);
        posix.connect(stream(path), path);
    }

    @Test
    void aUnixPathNobodyListensOnIsEconnrefusedOrEnoent(@TempDir Path directory) {
        Endpoint.Unix path = new Endpoint.Unix(directory.resolve("socket").toString());
        assertErrno(Errno.ENOENT, "connect", () -> posix.connect(stream(path), path));
        posix.bind(stream(path), path);
        assertErrno(Errno.ECONNREFUSED, "connect", () -> posix.connect(stream(path), path));
    }

    @Test
    void abstractNamesLeaveNoFile() {
        Endpoint.Unix name = new Endpoint.Unix("@prefork-test/" + posix.getpid());
        int server = listening(name, 3);
        assertThat(posix.localEndpoint(server)).isEqualTo(name);
        posix.connect(stream(name), name);
    }

    @Test
    void anUnboundUnixSocketHasAnEmptyPath() {
        assertThat(posix.localEndpoint(stream(new Endpoint.Unix("/x")))).isEqualTo(new Endpoint.Unix(""));
    }

    @Test
    void theLongestUnixPathWorksAndOneMoreByteIsRefusedClearly(@TempDir Path directory) {
        String prefix = directory + "/";
        String longest = prefix + "x".repeat(107 - prefix.length());
        Endpoint.Unix fits = new Endpoint.Unix(longest);
        int fd = stream(fits);
        posix.bind(fd, fits);
        assertThat(posix.localEndpoint(fd)).isEqualTo(fits);

        Endpoint.Unix tooLong = new Endpoint.Unix(longest + "y");
        assertThatThrownBy(() -> posix.bind(stream(tooLong), tooLong))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("108 bytes, at most 107")
                .hasMessageContaining("ENAMETOOLONG");
    }

    @Test
    void aSocketPairEndsWhenItsOtherEndIsClosed() {
        int[] pair = posix.socketPair();
        opened.add(pair[0]);
        assertThat(OpenDescriptors.flags(pair[0]) & (O_CLOEXEC | O_NONBLOCK)).isEqualTo(O_CLOEXEC);
        posix.close(pair[1]);
        assertThat(posix.read(pair[0], new byte[1])).isZero();
    }

    @Test
    void aSocketPairEndsWhenTheProcessAtItsOtherEndDies() {
        int[] pair = posix.socketPair();
        opened.add(pair[0]);
        try (TestChild child = TestChild.sh("echo hello >&3; exec sleep 60", new SpawnRequest.Descriptor(pair[1], 3))) {
            posix.close(pair[1]);
            byte[] hello = new byte[16];
            assertThat(new String(hello, 0, posix.read(pair[0], hello))).isEqualTo("hello\n");
            posix.kill(child.pid(), Signal.KILL);
            assertThat(posix.read(pair[0], new byte[1])).isZero();
        }
    }

    @Test
    void theKindOfASocketIsTold() throws IOException {
        int fresh = stream(loopback4());
        assertThat(posix.socketKind(fresh)).contains(new SocketKind(true, false));
        assertThat(posix.socketKind(listening(loopback4(), 1))).contains(new SocketKind(true, true));
        assertThat(posix.socketKind(keep(posix.datagramSocket()))).contains(new SocketKind(false, false));
        int[] pipe = posix.pipe();
        opened.addAll(List.of(pipe[0], pipe[1]));
        assertThat(posix.socketKind(pipe[0])).isEmpty();
        assertThat(posix.socketKind(9999)).isEmpty();
    }

    private int ipv6Listener(int v6Only) throws IOException {
        Endpoint.Inet wildcard = new Endpoint.Inet(InetAddress.getByName("::"), 0);
        assumeTrue(hasIpv6(), "this machine has no IPv6");
        int fd = stream(wildcard);
        posix.setOption(fd, SocketOption.V6_ONLY, v6Only);
        posix.bind(fd, wildcard);
        posix.listen(fd, 8);
        return fd;
    }

    private static boolean hasIpv6() {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(Inet6Address.getByName("::1"), 0));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void connect(Endpoint.Inet to) {
        try {
            clients.add(new Socket(to.address(), to.port()));
        } catch (IOException e) {
            throw new AssertionError("cannot connect to " + to, e);
        }
    }

    private int listening(Endpoint endpoint, int backlog) {
        int fd = stream(endpoint);
        posix.bind(fd, endpoint);
        posix.listen(fd, backlog);
        return fd;
    }

    private int stream(Endpoint family) {
        return keep(posix.streamSocket(family));
    }

    private int keep(int fd) {
        opened.add(fd);
        return fd;
    }

    private static Endpoint loopback4() throws IOException {
        return new Endpoint.Inet(InetAddress.getByName("127.0.0.1"), 0);
    }

    private static void assertErrno(Errno expected, String call, Runnable action) {
        assertThatThrownBy(action::run).isInstanceOfSatisfying(ErrnoException.class, e -> {
            assertThat(e.errno()).isEqualTo(expected);
            assertThat(e).hasMessageStartingWith(call + "(");
        });
    }
}
