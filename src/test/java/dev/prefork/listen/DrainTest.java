package dev.prefork.listen;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.prefork.handoff.Handoff;
import dev.prefork.handoff.HighDescriptors;
import dev.prefork.handoff.InheritedListener;
import dev.prefork.os.Endpoint;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.os.TestChild;
import dev.prefork.os.WaitStatus;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrainTest {
    private static final ListenOptions SHARED = new ListenOptions(64, false, 1);

    private final Posix posix = Posix.system();
    private final Clients clients = new Clients();
    private final List<TestChild> workers = new ArrayList<>();

    @TempDir
    Path directory;

    @AfterEach
    void endAll() throws Exception {
        clients.close();
        workers.forEach(TestChild::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp4://127.0.0.1:0", "tcp4://0.0.0.0:0", "tcp://:0"})
    void whoWaitedIsServedByAnotherProcessAndNobodyElseIs(String address) throws IOException {
        assumeTrue(address.startsWith("tcp4") || hasIpv6(), "this machine has no IPv6");
        try (Listeners listeners = open(SHARED, address)) {
            Listener listener = listeners.all().get(0);
            Socket before = clients.connect(listener);
            await().until(() -> listeners.waiting() == 1);

            assertThat(listeners.stopAccepting()).isEmpty();
            assertThat(listeners.stopAccepting()).as("once more").isEmpty();

            assertThat(listeners.waiting()).isEqualTo(1);
            assertKeptOut(listener);
            TestChild worker = serve(listeners, 0);
            assertServed(before, worker);
            assertThat(listeners.waiting()).isZero();
            // This process and the worker hold the same socket; neither gets anybody.
            assertKeptOut(listener);
            assertThat(listeners.waiting()).isZero();
            posix.kill(worker.pid(), Signal.KILL);
            worker.awaitEnd();
            listeners.close();
            assertThatThrownBy(() -> new Socket("127.0.0.1", Clients.port(listener)).close())
                    .isInstanceOf(ConnectException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp4://127.0.0.1:0", "tcp4://0.0.0.0:0", "tcp://:0"})
    void nobodyWaitsWhereEveryConnectionWasReset(String address) throws IOException {
        assumeTrue(address.startsWith("tcp4") || hasIpv6(), "this machine has no IPv6");
        try (Listeners listeners = open(SHARED, address)) {
            Socket resets = clients.connect(listeners.all().get(0));
            await().until(() -> listeners.waiting() == 1);
            resets.setSoLinger(true, 0);
            resets.close();
            await().until(() -> listeners.waiting() == 0);
            assertThat(listeners.queued()).as("its place").isEqualTo(1);

            clients.connect(listeners.all().get(0)).close();
            await().until(() -> listeners.waiting() == 2);
        }
    }

    @Test
    void onIpv6Too() throws IOException {
        assumeTrue(hasIpv6(), "this machine has no IPv6");
        try (Listeners listeners = open(SHARED, "tcp6://[::1]:0")) {
            Listener listener = listeners.all().get(0);
            Socket before = clients.connect("::1", listener);
            await().until(() -> listeners.waiting() == 1);
            assertThat(listeners.stopAccepting()).isEmpty();
            assertThatThrownBy(() -> clients.connect("::1", listener, 300)).isInstanceOf(SocketTimeoutException.class);
            assertServed(before, serve(listeners, 0));
            assertThat(listeners.waiting()).isZero();
        }
    }

    @Test
    void withReusePortEverySocketIsShut() throws IOException {
        try (Listeners listeners = open(new ListenOptions(64, true, 3), "tcp4://127.0.0.1:0")) {
            Listener listener = listeners.all().get(0);
            List<Socket> before = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                before.add(clients.connect(listener));
            }
            await().until(() -> listeners.waiting() == 30);

            assertThat(listeners.stopAccepting()).isEmpty();

            // Each of these would reach another socket.
            for (int i = 0; i < 6; i++) {
                assertKeptOut(listener);
            }
            assertThat(listeners.waiting()).isEqualTo(30);
            List<Integer> pids = new ArrayList<>();
            for (int slot = 0; slot < 3; slot++) {
                pids.add(serve(listeners, slot).pid());
            }
            for (Socket client : before) {
                assertThat(pids).contains(answerOf(client));
            }
            assertThat(listeners.waiting()).isZero();
        }
    }

    @Test
    void aHandshakeUnderWayCountsAndIsCompletedThroughTheFilter() throws IOException {
        try (Listeners listeners = open(SHARED, "tcp4://127.0.0.1:0")) {
            Listener listener = listeners.all().get(0);
            // TCP_DEFER_ACCEPT of tcp(7): the kernel ignores the ACK and waits for the first data.
            run(listeners, "listener.setsockopt(socket.IPPROTO_TCP, 9, 30)");
            Socket client = clients.connect(listener);
            await().until(() -> listeners.waiting() == 1);
            assertThat(posix.acceptQueue(listener.descriptorFor(0)).length()).isZero();

            assertThat(listeners.stopAccepting()).isEmpty();

            assertThat(listeners.waiting()).isEqualTo(1);
            assertServed(client, serve(listeners, 0));
            assertThat(listeners.waiting()).isZero();
        }
    }

    @Test
    void aPathDisappearsAndWhoWaitedIsServed() throws IOException {
        Path path = directory.resolve("app.sock");
        try (Listeners listeners = open(SHARED, "unix://" + path)) {
            assertThat(listeners.waiting()).isZero();
            SocketChannel before = clients.connectUnix(path.toString());
            clients.connectUnix(path.toString());
            assertThat(listeners.waiting())
                    .as("some, the kernel does not say how many")
                    .isEqualTo(1);

            assertThat(listeners.stopAccepting()).isEmpty();
            assertThat(listeners.stopAccepting()).as("once more").isEmpty();

            assertThat(path).doesNotExist();
            assertThatThrownBy(() -> clients.connectUnix(path.toString()))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("No such file");
            assertThat(listeners.waiting()).isEqualTo(1);
            TestChild worker = serve(listeners, 0);
            before.write(ByteBuffer.wrap("x\n".getBytes()));
            ByteBuffer answer = ByteBuffer.allocate(20);
            assertThat(before.read(answer)).isPositive();
            assertThat(new String(answer.array()).strip()).startsWith(String.valueOf(worker.pid()));
            await().until(() -> listeners.waiting() == 0);
        }
    }

    @Test
    void aPathThatASuccessorHasTakenIsLeftToIt() throws IOException {
        Path path = directory.resolve("app.sock");
        try (Listeners listeners = open(SHARED, "unix://" + path)) {
            Files.move(path, directory.resolve("moved.sock"));
            try (Listeners successor = open(SHARED, "unix://" + path)) {
                assertThat(listeners.stopAccepting()).isEmpty();
                clients.connectUnix(path.toString());
                assertThat(successor.waiting()).isEqualTo(1);
                assertThat(listeners.waiting()).isZero();
            }
        }
    }

    @Test
    void anAbstractNameCannotBeTakenAwayWhichIsSaid() {
        String name = "@prefork-drain-test/" + posix.getpid();
        try (Listeners listeners = open(SHARED, "unix://" + name)) {
            assertThat(listeners.stopAccepting())
                    .containsExactly("cannot stop new connections to http=unix://" + name
                            + ": its name is in the abstract namespace, where there is no file to remove;"
                            + " connections made at the last moment of the stop may be reset");
        }
    }

    @Test
    void aListenerOfAParentIsLeftAloneAndDoesNotCount() throws IOException {
        Endpoint.Inet address = new Endpoint.Inet(InetAddress.getByName("127.0.0.1"), 0);
        int inherited = HighDescriptors.lift(posix, posix.streamSocket(address));
        posix.bind(inherited, address);
        posix.listen(inherited, 8);
        InheritedListener socket = new InheritedListener("http", inherited, posix.localEndpoint(inherited));
        try (Listeners listeners = Listeners.open(
                posix, ListenSpec.parseList(List.of("http=tcp4://127.0.0.1:0")), SHARED, List.of(socket))) {
            assertThat(listeners.stopAccepting()).isEmpty();
            clients.connect(listeners.all().get(0));
            await().until(() -> posix.acceptQueue(inherited).length() == 1);
            assertThat(listeners.waiting()).isZero();
        }
    }

    @Test
    void oneListenerThatCannotBeShutDoesNotKeepTheOthersOpen() throws IOException {
        List<Integer> forbidden = new ArrayList<>();
        Posix partly = PosixDoubles.failing(
                "stopAccepting", Errno.EPERM, arguments -> forbidden.contains((Integer) arguments.get(0)));
        ListenSpec first = ListenSpec.parseList(List.of("a=tcp4://127.0.0.1:0")).get(0);
        ListenSpec second =
                ListenSpec.parseList(List.of("b=tcp4://127.0.0.1:0")).get(0);
        try (Listeners listeners = Listeners.open(partly, List.of(first, second), SHARED, List.of())) {
            Listener open = listeners.all().get(0);
            int fd = open.descriptorFor(0);
            forbidden.add(fd);
            assertThat(listeners.stopAccepting())
                    .containsExactly("cannot stop new connections to " + open + ": stopAccepting(" + fd
                            + "): Operation not permitted (EPERM);"
                            + " connections made at the last moment of the stop may be reset");
            clients.connect(open);
            assertKeptOut(listeners.all().get(1));
        }
    }

    @Test
    void aKernelWithoutTheBarrierIsNothingToWarnAbout() {
        Posix without = PosixDoubles.failing("awaitPacketsInHand", Errno.ENOSYS, arguments -> true);
        try (Listeners listeners =
                Listeners.open(without, ListenSpec.parseList(List.of("tcp4://127.0.0.1:0")), SHARED, List.of())) {
            assertThat(listeners.stopAccepting()).isEmpty();
        }
    }

    @Test
    void closedListenersHaveNobodyWaiting() {
        Listeners listeners = open(SHARED, "tcp4://127.0.0.1:0");
        clients.connect(listeners.all().get(0));
        listeners.close();
        assertThat(listeners.waiting()).isZero();
        assertThat(listeners.stopAccepting()).isEmpty();
    }

    private void assertKeptOut(Listener listener) {
        assertThatThrownBy(() -> clients.connect("127.0.0.1", listener, 300))
                .isInstanceOf(SocketTimeoutException.class);
    }

    private static void assertServed(Socket client, TestChild by) throws IOException {
        assertThat(answerOf(client)).isEqualTo(by.pid());
    }

    private static int answerOf(Socket client) throws IOException {
        client.getOutputStream().write("x\n".getBytes());
        return Integer.parseInt(Clients.readLine(client));
    }

    private TestChild serve(Listeners listeners, int slot) {
        TestChild worker = LineServer.start(new Handoff(listeners.all(), Set.of()), slot);
        workers.add(worker);
        return worker;
    }

    /** Does something to the shared socket from another process. */
    private void run(Listeners listeners, String statement) {
        TestChild process = LineServer.run(new Handoff(listeners.all(), Set.of()), statement);
        workers.add(process);
        assertThat(process.awaitEnd()).isEqualTo(new WaitStatus.Exited(0));
    }

    private Listeners open(ListenOptions options, String address) {
        return Listeners.open(posix, ListenSpec.parseList(List.of(address)), options, List.of());
    }

    private static boolean hasIpv6() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            return probe.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
