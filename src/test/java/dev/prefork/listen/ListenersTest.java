package dev.prefork.listen;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.prefork.os.Endpoint;
import dev.prefork.os.OpenDescriptors;
import dev.prefork.os.Posix;
import dev.prefork.os.SocketOption;
import dev.prefork.procfs.Somaxconn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenersTest {
    private static final int O_CLOEXEC = 02000000;
    private static final ListenOptions SHARED = new ListenOptions(64, false, 1);

    private final Posix posix = Posix.system();
    private final Clients clients = new Clients();
    private Map<Integer, String> before;

    @BeforeEach
    void remember() {
        Posix.system();
        before = OpenDescriptors.socketsAndPipes();
    }

    @AfterEach
    void nothingIsLeftOpen() throws Exception {
        clients.close();
        assertThat(OpenDescriptors.socketsAndPipes()).isEqualTo(before);
    }

    @Test
    void severalListenersAreBoundInTheirOrderWithTheirRealPorts() {
        try (Listeners listeners = open("a=tcp4://127.0.0.1:0", "b=tcp4://:0")) {
            assertThat(listeners.all()).extracting(Listener::name).containsExactly("a", "b");
            for (Listener listener : listeners.all()) {
                assertThat(Clients.port(listener)).isPositive();
                assertThat(listener.adopted()).isFalse();
                clients.connect(listener);
            }
            assertThat(listeners.all().get(0))
                    .hasToString(
                            "a=tcp4://127.0.0.1:" + Clients.port(listeners.all().get(0)));
        }
    }

    @Test
    void descriptorsAreHighNonBlockingAndCloseOnExec() {
        try (Listeners listeners = open("tcp4://127.0.0.1:0", "tcp4://127.0.0.1:0")) {
            for (Listener listener : listeners.all()) {
                int fd = listener.descriptorFor(5);
                assertThat(fd).isGreaterThanOrEqualTo(256);
                assertThat(posix.isNonBlocking(fd)).isTrue();
                assertThat(OpenDescriptors.flags(fd) & O_CLOEXEC).isNotZero();
                assertThat(posix.getOption(fd, SocketOption.REUSE_ADDRESS)).isOne();
                assertThat(posix.getOption(fd, SocketOption.REUSE_PORT)).isZero();
            }
        }
    }

    @Test
    void theBacklogIsTheAcceptQueuesLimit() {
        try (Listeners listeners = Listeners.open(
                posix,
                ListenSpec.parseList(List.of("tcp4://127.0.0.1:0")),
                new ListenOptions(7, false, 1),
                List.of())) {
            assertThat(posix.acceptQueue(listeners.all().get(0).descriptorFor(0))
                            .limit())
                    .isEqualTo(7);
        }
    }

    @Test
    void aBacklogAboveTheKernelsCapIsAWarning() throws IOException {
        int cap;
        try (var file = Files.newInputStream(Somaxconn.FILE)) {
            // Not by Files.readString, which gets the first digit only: see Somaxconn.
            cap = Integer.parseInt(new String(file.readNBytes(64)).strip());
        }
        assertThat(cap).as("as sysctl(8) says it").isGreaterThan(9);
        ListenOptions tooMuch = new ListenOptions(cap + 1, false, 1);
        try (Listeners listeners =
                Listeners.open(posix, ListenSpec.parseList(List.of("tcp4://127.0.0.1:0")), tooMuch, List.of())) {
            assertThat(listeners.warnings())
                    .containsExactly("backlog " + (cap + 1) + " is capped at " + cap
                            + " by net.core.somaxconn, so clients may be refused sooner;"
                            + " raise that sysctl for the pod or lower the backlog");
        }
    }

    @Test
    void theCapIsReadDefensively(@TempDir Path directory) throws IOException {
        assertThat(Somaxconn.warning(100, directory.resolve("missing"))).isEmpty();
        assertThat(Somaxconn.warning(100, Files.writeString(directory.resolve("odd"), "many")))
                .isEmpty();
        Path cap = Files.writeString(directory.resolve("cap"), "100\n");
        assertThat(Somaxconn.warning(100, cap)).isEmpty();
        assertThat(Somaxconn.warning(101, cap)).isPresent();
    }

    @Test
    void tcpListensOnBothFamilies() {
        assumeIpv6();
        try (Listeners listeners = open("tcp://:0")) {
            Listener both = listeners.all().get(0);
            assertThat(both.endpoint().toString()).startsWith("tcp6://[::]:");
            clients.connect("127.0.0.1", both);
            clients.connect("::1", both);
            await().until(() -> posix.acceptQueue(both.descriptorFor(0)).length() == 2);
        }
    }

    @Test
    void tcp6RefusesIpv4() {
        assumeIpv6();
        try (Listeners listeners = open("tcp6://:0")) {
            Listener six = listeners.all().get(0);
            clients.connect("::1", six);
            assertThatThrownBy(() -> clients.connect("127.0.0.1", six)).isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void tcpFallsBackToIpv4OnAMachineWithoutIpv6() {
        Posix without = PosixDoubles.failing(
                "streamSocket",
                Errno.EAFNOSUPPORT,
                arguments -> arguments.get(0).toString().startsWith("tcp6"));
        assertFallsBack(without);
    }

    @Test
    void tcpFallsBackToIpv4WhereIpv6IsSwitchedOff() {
        Posix off = PosixDoubles.failing(
                "bind",
                Errno.EADDRNOTAVAIL,
                arguments -> arguments.get(1).toString().startsWith("tcp6"));
        assertFallsBack(off);
    }

    private void assertFallsBack(Posix limited) {
        try (Listeners listeners =
                Listeners.open(limited, ListenSpec.parseList(List.of("tcp://:0")), SHARED, List.of())) {
            assertThat(listeners.all().get(0).endpoint().toString()).startsWith("tcp4://0.0.0.0:");
            clients.connect(listeners.all().get(0));
        }
    }

    @Test
    void tcp6OnAMachineWithoutIpv6SaysSo() {
        Posix without = PosixDoubles.failing("streamSocket", Errno.EAFNOSUPPORT, arguments -> true);
        assertRefused(
                without,
                "tcp6://:8080",
                "cannot listen on http=tcp6://[::]:8080: Address family not supported by protocol;"
                        + " IPv6 is not available here, so use tcp4://");
    }

    @Test
    void aPortInUseIsRefusedWithTheWayOutAndNothingStaysOpen() throws IOException {
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            before = OpenDescriptors.socketsAndPipes();
            String taken = "tcp4://127.0.0.1:" + holder.getLocalPort();
            assertThatThrownBy(() -> open("first=tcp4://127.0.0.1:0", "second=" + taken))
                    .isInstanceOf(ListenException.class)
                    .hasMessage("cannot listen on second=" + taken + ": Address already in use; stop the process that"
                            + " holds the port (ss -ltnp shows it) or choose another port");
            assertThat(OpenDescriptors.socketsAndPipes()).isEqualTo(before);
        }
        before = OpenDescriptors.socketsAndPipes();
    }

    @Test
    void anAddressOfAnotherMachineIsRefused() {
        assertRefused(
                posix,
                "tcp4://192.0.2.1:8080",
                "cannot listen on http=tcp4://192.0.2.1:8080: Cannot assign requested address; no interface here has"
                        + " this address (ip addr shows them), so choose one of those, or 0.0.0.0 for all");
    }

    @Test
    void aPrivilegedPortIsRefusedWithoutThePrivilege() {
        Posix unprivileged = PosixDoubles.failing("bind", Errno.EACCES, arguments -> true);
        assertThatThrownBy(() -> open(unprivileged, "tcp4://:80"))
                .isInstanceOf(ListenException.class)
                .hasMessageContaining("Permission denied; ")
                .hasMessageContaining("NET_BIND_SERVICE")
                .hasMessageContaining("8080");
    }

    @Test
    void anUnknownHostIsRefused() {
        assertRefused(
                posix,
                "tcp4://no-such-host.invalid:8080",
                "cannot listen on http=tcp4://no-such-host.invalid:8080: unknown host 'no-such-host.invalid';"
                        + " check its spelling, or use an address such as 0.0.0.0");
    }

    @Test
    void aHostWithoutAnAddressOfTheFamilyIsRefused() {
        assertThatThrownBy(() -> open("tcp6://127.0.0.1:8080"))
                .isInstanceOf(ListenException.class)
                .hasMessageContaining("'127.0.0.1' has no IPv6 address; ");
    }

    @Test
    void tooManyOpenFilesAreRefusedWithTheLimitsName() {
        Posix exhausted = PosixDoubles.failing("streamSocket", Errno.EMFILE, arguments -> true);
        assertThatThrownBy(() -> open(exhausted, "tcp4://127.0.0.1:0"))
                .isInstanceOf(ListenException.class)
                .hasMessageContaining("Too many open files; raise the limit of open files (ulimit -n)");
    }

    @Test
    void whateverElseTheKernelSaysIsPassedOn() {
        Posix odd = PosixDoubles.failing("listen", Errno.EIO, arguments -> true);
        assertThatThrownBy(() -> open(odd, "tcp4://127.0.0.1:0"))
                .isInstanceOf(ListenException.class)
                .hasMessageContaining("Input/output error; the call was listen(");
    }

    @Test
    void aSmallDescriptorLimitLowersTheFloor() {
        Posix small = PosixDoubles.failing("duplicateAbove", Errno.EINVAL, arguments -> (int) arguments.get(1) > 100);
        try (Listeners listeners =
                Listeners.open(small, ListenSpec.parseList(List.of("tcp4://127.0.0.1:0")), SHARED, List.of())) {
            // The lowest free number from there on; the JVM's own jars may take up many.
            assertThat(listeners.all().get(0).descriptorFor(0)).isGreaterThanOrEqualTo(64);
            clients.connect(listeners.all().get(0));
        }
    }

    @Test
    void withoutAnyFreeNumberTheListenerIsRefusedAndNothingStaysOpen() {
        Posix none = PosixDoubles.failing("duplicateAbove", Errno.EMFILE, arguments -> true);
        assertThatThrownBy(() -> open(none, "tcp4://127.0.0.1:0"))
                .isInstanceOf(ListenException.class)
                .hasMessageContaining("Too many open files");
    }

    @Test
    void closingTwiceIsHarmless() {
        Listeners listeners = open("tcp4://127.0.0.1:0");
        listeners.close();
        listeners.close();
        assertThat(listeners.all()).isEmpty();
    }

    @Test
    void aClosedPortCanBeBoundAgainAtOnce() throws IOException {
        String address;
        try (Listeners first = open("tcp4://127.0.0.1:0")) {
            Listener listener = first.all().get(0);
            clients.connect(listener);
            address = "tcp4://127.0.0.1:" + Clients.port(listener);
        }
        try (Listeners again = open(address)) {
            assertThat(again.all().get(0).endpoint()).hasToString(address);
        }
    }

    @Test
    void endpointsAreTheKernels() throws IOException {
        try (Listeners listeners = open("tcp4://localhost:0")) {
            assertThat(listeners.all().get(0).endpoint())
                    .isInstanceOfSatisfying(Endpoint.Inet.class, inet -> assertThat(inet.address())
                            .isEqualTo(InetAddress.getLoopbackAddress()));
        }
    }

    private Listeners open(String... addresses) {
        return open(posix, addresses);
    }

    private static Listeners open(Posix posix, String... addresses) {
        return Listeners.open(posix, ListenSpec.parseList(List.of(addresses)), SHARED, List.of());
    }

    private static void assertRefused(Posix posix, String address, String message) {
        assertThatThrownBy(() -> open(posix, address))
                .isInstanceOf(ListenException.class)
                .hasMessage(message);
    }

    private static void assumeIpv6() {
        boolean ipv6;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            ipv6 = probe.isBound();
        } catch (IOException e) {
            ipv6 = false;
        }
        assumeTrue(ipv6, "this machine has no IPv6");
    }
}
