package dev.prefork.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.prefork.handoff.InheritedListener;
import dev.prefork.os.Endpoint;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.OpenDescriptors;
import dev.prefork.os.Posix;
import dev.prefork.os.SocketOption;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdoptionTest {
    private final Posix posix = Posix.system();
    private Map<Integer, String> before;

    @BeforeEach
    void remember() {
        before = OpenDescriptors.socketsAndPipes();
    }

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(OpenDescriptors.socketsAndPipes()).isEqualTo(before);
    }

    @Test
    void aSocketOfTheSameNameIsAdoptedWhateverItsAddress() {
        InheritedListener inherited = inherit("http", "127.0.0.1", 0);
        try (Listeners listeners = open(List.of("http=tcp4://0.0.0.0:1"), inherited)) {
            assertAdopted(listeners.all().get(0), inherited);
            assertThat(listeners.warnings()).isEmpty();
        }
    }

    @Test
    void aSocketOfTheSameAddressIsAdoptedWhateverItsName() {
        InheritedListener inherited = inherit("unknown", "127.0.0.1", 0);
        try (Listeners listeners = open(List.of("web=tcp4://localhost:" + port(inherited)), inherited)) {
            assertAdopted(listeners.all().get(0), inherited);
            assertThat(listeners.all().get(0).name()).isEqualTo("web");
        }
    }

    @Test
    void nameAndAddressTogetherWinOverTheNameAlone() {
        InheritedListener one = inherit("http", "127.0.0.1", 0);
        InheritedListener other = inherit("http", "127.0.0.1", 0);
        List<String> swapped = List.of("http=tcp4://127.0.0.1:" + port(other), "http=tcp4://127.0.0.1:" + port(one));
        try (Listeners listeners = open(swapped, one, other)) {
            assertAdopted(listeners.all().get(0), other);
            assertAdopted(listeners.all().get(1), one);
        }
    }

    @Test
    void oneSocketServesOneListenerOnly() {
        InheritedListener inherited = inherit("http", "127.0.0.1", 0);
        try (Listeners listeners = open(List.of("http=tcp4://127.0.0.1:0", "http=tcp4://127.0.0.1:0"), inherited)) {
            assertAdopted(listeners.all().get(0), inherited);
            assertThat(listeners.all().get(1).adopted()).isFalse();
        }
    }

    @Test
    void aSocketThatFitsNothingIsClosedWithAWarning() {
        InheritedListener inherited = inherit("old", "127.0.0.1", 0);
        try (Listeners listeners = open(List.of("http=tcp4://127.0.0.1:0"), inherited)) {
            assertThat(listeners.warnings())
                    .containsExactly("the inherited listener old=tcp4://127.0.0.1:" + port(inherited)
                            + " is closed because no --listen has its name or address");
            assertThat(OpenDescriptors.socketsAndPipes()).doesNotContainKey(inherited.descriptor());
        }
    }

    @Test
    void anotherPortOrAddressIsNotTheSame() {
        InheritedListener inherited = inherit("x", "127.0.0.1", 0);
        int port = port(inherited);
        for (String address : List.of(
                "tcp4://127.0.0.1:" + (port + 1),
                "tcp4://127.0.0.2:" + port,
                "tcp4://0.0.0.0:" + port,
                "tcp4://no-such-host.invalid:" + port,
                "unix:///run/x.sock")) {
            assertThat(adoption(address, inherited).at(0)).as(address).isEmpty();
        }
        posix.close(inherited.descriptor());
    }

    @Test
    void aDualStackWildcardCoversTheIpv4OneAndAV6OnlyOneDoesNot() {
        InheritedListener dual = inherit6(0);
        InheritedListener six = inherit6(1);
        assertThat(adoption("tcp4://*:" + port(dual), dual).at(0)).contains(dual);
        assertThat(adoption("tcp://*:" + port(dual), dual).at(0)).contains(dual);
        assertThat(adoption("tcp6://*:" + port(dual), dual).at(0)).contains(dual);
        assertThat(adoption("tcp4://*:" + port(six), six).at(0)).isEmpty();
        assertThat(adoption("tcp6://*:" + port(six), six).at(0)).contains(six);
        posix.close(dual.descriptor());
        posix.close(six.descriptor());
    }

    @Test
    void anIpv4WildcardServesTcpAndTcp4ButNotTcp6() {
        InheritedListener four = inherit("x", "0.0.0.0", 0);
        assertThat(adoption("tcp4://*:" + port(four), four).at(0)).contains(four);
        assertThat(adoption("tcp://*:" + port(four), four).at(0)).contains(four);
        assertThat(adoption("tcp6://*:" + port(four), four).at(0)).isEmpty();
        posix.close(four.descriptor());
    }

    @Test
    void anAdoptedPathIsServedAndNeverRemoved(@TempDir Path directory) {
        Path path = directory.resolve("app.sock");
        Endpoint.Unix endpoint = new Endpoint.Unix(path.toString());
        InheritedListener inherited = new InheritedListener("unknown", listening(endpoint), endpoint);
        try (Listeners listeners = open(List.of("http=unix://" + path), inherited)) {
            assertAdopted(listeners.all().get(0), inherited);
        }
        assertThat(path).exists();
    }

    @Test
    void withReusePortAnAdoptedSocketIsSharedByAllSlots() {
        InheritedListener inherited = inherit("http", "127.0.0.1", 0);
        try (Listeners listeners = Listeners.open(
                posix,
                ListenSpec.parseList(List.of("http=tcp4://127.0.0.1:0")),
                new ListenOptions(8, true, 3),
                List.of(inherited))) {
            assertThat(listeners.all().get(0).descriptors()).containsExactly(inherited.descriptor());
        }
    }

    @Test
    void aFailureClosesTheInheritedSocketsToo() {
        InheritedListener inherited = inherit("a", "127.0.0.1", 0);
        assertThatThrownBy(() -> open(List.of("a=tcp4://127.0.0.1:0", "b=tcp4://192.0.2.1:1"), inherited))
                .isInstanceOf(ListenException.class);
        assertThatThrownBy(() -> posix.localEndpoint(inherited.descriptor())).isInstanceOf(ErrnoException.class);
    }

    private Adoption adoption(String address, InheritedListener inherited) {
        return new Adoption(
                posix,
                List.of(ListenSpec.parseList(List.of("wanted=" + address)).get(0)),
                List.of(inherited));
    }

    private Listeners open(List<String> items, InheritedListener... inherited) {
        return Listeners.open(posix, ListenSpec.parseList(items), new ListenOptions(1, false, 1), List.of(inherited));
    }

    private static void assertAdopted(Listener listener, InheritedListener inherited) {
        assertThat(listener.adopted()).isTrue();
        assertThat(listener.endpoint()).isEqualTo(inherited.endpoint());
        assertThat(listener.descriptors()).containsExactly(inherited.descriptor());
    }

    private InheritedListener inherit(String name, String address, int port) {
        try {
            int fd = listening(new Endpoint.Inet(InetAddress.getByName(address), port));
            return new InheritedListener(name, fd, posix.localEndpoint(fd));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private InheritedListener inherit6(int v6Only) {
        try {
            Endpoint any = new Endpoint.Inet(InetAddress.getByName("::"), 0);
            int fd = posix.streamSocket(any);
            posix.setOption(fd, SocketOption.V6_ONLY, v6Only);
            posix.bind(fd, any);
            posix.listen(fd, 8);
            return new InheritedListener("x", fd, posix.localEndpoint(fd));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        } catch (ErrnoException e) {
            assumeTrue(false, "this machine has no IPv6: " + e.getMessage());
            throw e;
        }
    }

    private int listening(Endpoint endpoint) {
        int fd = posix.streamSocket(endpoint);
        posix.bind(fd, endpoint);
        posix.listen(fd, 8);
        return fd;
    }

    private static int port(InheritedListener socket) {
        return ((Endpoint.Inet) socket.endpoint()).port();
    }
}
