package dev.prefork.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.handoff.InheritedListener;
import dev.prefork.os.Endpoint;
import dev.prefork.os.OpenDescriptors;
import dev.prefork.os.Posix;
import dev.prefork.os.SpawnRequest;
import dev.prefork.os.TestChild;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InheritedSocketsTest {
    private final Posix posix = Posix.system();
    private final List<Integer> opened = new ArrayList<>();
    private final Map<Integer, Integer> announced = new HashMap<>();

    @AfterEach
    void close() {
        opened.forEach(posix::close);
    }

    @Test
    void aProcessTakesInWhatItsParentAnnounces() throws UnknownHostException {
        int fd = listening();
        Endpoint endpoint = posix.localEndpoint(fd);
        posix.setNonBlocking(fd, false);

        String output = runInChild(Map.of("LISTEN_FDS", "1", "LISTEN_FDNAMES", "web"), fd);

        assertThat(output).isEqualTo("web=" + endpoint + " adopted=true high=true nonblocking=true low=null\nend\n");
        assertThat(posix.isNonBlocking(fd)).as("the flag is the open file's").isTrue();
    }

    @Test
    void aProcessThatGetsNoSocketSaysSoInOneLine() {
        int[] pipe = posix.pipe();
        opened.add(pipe[1]);
        assertThat(runInChild(Map.of("LISTEN_FDS", "1"), pipe[0]))
                .isEqualTo("cannot use inherited listeners: descriptor 3 is not an open socket, though LISTEN_FDS"
                        + " announces it; pass a listening stream socket (Accept=no in systemd), or unset"
                        + " LISTEN_FDS\nend\n");
    }

    @Test
    void namesAndEndpointsAreTakenInInOrder() throws UnknownHostException {
        int first = announce(3, listening());
        int second = announce(4, listening());
        List<Endpoint> endpoints = List.of(posix.localEndpoint(first), posix.localEndpoint(second));
        Map<Integer, String> before = OpenDescriptors.socketsAndPipes();

        List<InheritedListener> sockets = takeIn(Map.of("LISTEN_FDS", "2", "LISTEN_FDNAMES", "a:b"));

        assertThat(sockets).extracting(InheritedListener::name).containsExactly("a", "b");
        assertThat(sockets).extracting(InheritedListener::endpoint).isEqualTo(endpoints);
        assertThat(sockets).allSatisfy(socket -> {
            assertThat(socket.descriptor()).isGreaterThanOrEqualTo(256);
            assertThat(posix.isNonBlocking(socket.descriptor())).isTrue();
        });
        Map<Integer, String> after = OpenDescriptors.socketsAndPipes();
        assertThat(List.of(before.get(first), before.get(second)))
                .allSatisfy(socket ->
                        assertThat(after.values()).as("it is open once").containsOnlyOnce(socket));
        sockets.forEach(socket -> opened.add(socket.descriptor()));
    }

    @Test
    void socketsWithoutNamesAreUnknown() throws UnknownHostException {
        announce(3, listening());
        List<InheritedListener> sockets = takeIn(Map.of("LISTEN_FDS", "1"));
        assertThat(sockets).extracting(InheritedListener::name).containsExactly("unknown");
        opened.add(sockets.get(0).descriptor());
    }

    @Test
    void anAnnouncementForAnotherProcessIsNotOurs() {
        Map<String, String> environment = new HashMap<>(Map.of("LISTEN_FDS", "1"));
        assertThat(InheritedSockets.fromEnvironment(posix, environment)).isEmpty();
        for (String pid : List.of("", "1", "0", "self", String.valueOf(posix.getppid()))) {
            environment.put("LISTEN_PID", pid);
            assertThat(InheritedSockets.fromEnvironment(posix, environment)).isEmpty();
        }
    }

    @Test
    void nothingAnnouncedIsNothingTakenIn() {
        assertThat(takeIn(Map.of())).isEmpty();
        assertThat(takeIn(Map.of("LISTEN_FDS", "0", "LISTEN_FDNAMES", ""))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "65", "999", "abc", "two", "1 ", "99999999999", "0x3"})
    void aNumberThatIsNoneIsRefused(String count) {
        assertThatThrownBy(() -> takeIn(Map.of("LISTEN_FDS", count)))
                .isInstanceOf(ListenException.class)
                .hasMessage("cannot use inherited listeners: LISTEN_FDS is '" + count
                        + "', which is not a number from 0 to 64; correct or unset it");
    }

    @Test
    void asManyNamesAsDescriptorsAreWanted() throws UnknownHostException {
        announce(3, listening());
        assertThatThrownBy(() -> takeIn(Map.of("LISTEN_FDS", "1", "LISTEN_FDNAMES", "a:b")))
                .isInstanceOf(ListenException.class)
                .hasMessageContaining("LISTEN_FDNAMES has 2 names for 1 descriptors");
        opened.add(announced.get(3));
    }

    @Test
    void whatIsNoListeningStreamSocketIsRefusedByNumber() throws UnknownHostException {
        announce(3, listening());
        opened.add(announced.get(3));
        assertRefused("descriptor 4 is not an open socket");
        opened.add(announce(4, posix.datagramSocket()));
        assertRefused("descriptor 4 is not a stream socket");
        opened.add(announce(4, posix.streamSocket(new Endpoint.Unix("/x"))));
        assertRefused("descriptor 4 is a socket that is not listening");
    }

    private void assertRefused(String problem) {
        Map<Integer, String> before = OpenDescriptors.socketsAndPipes();
        assertThatThrownBy(() -> takeIn(Map.of("LISTEN_FDS", "2")))
                .isInstanceOf(ListenException.class)
                .hasMessageContaining(problem);
        assertThat(OpenDescriptors.socketsAndPipes()).isEqualTo(before);
    }

    @Test
    void withoutAnyWishTheInheritedSocketsAreTheListeners() throws UnknownHostException {
        InetAddress any4 = InetAddress.getByName("0.0.0.0");
        InetAddress any6 = InetAddress.getByName("::");
        List<ListenSpec> specs = InheritedSockets.specs(List.of(
                new InheritedListener("unknown", 300, new Endpoint.Inet(any4, 80)),
                new InheritedListener("my app@1.socket", 301, new Endpoint.Inet(any6, 81)),
                new InheritedListener("unknown", 302, new Endpoint.Unix("/run/x.sock"))));
        assertThat(specs)
                .extracting(ListenSpec::toString)
                .containsExactly(
                        "http=tcp4://0.0.0.0:80", "my-app-1.socket=tcp://[::]:81", "listener-2=unix:///run/x.sock");
    }

    private List<InheritedListener> takeIn(Map<String, String> variables) {
        Map<String, String> environment = new HashMap<>(variables);
        environment.put("LISTEN_PID", String.valueOf(posix.getpid()));
        return InheritedSockets.fromEnvironment(PosixDoubles.renumbered(announced), environment);
    }

    private int announce(int number, int fd) {
        announced.put(number, fd);
        return fd;
    }

    private int listening() throws UnknownHostException {
        Endpoint loopback = new Endpoint.Inet(InetAddress.getByName("127.0.0.1"), 0);
        int fd = posix.streamSocket(loopback);
        posix.bind(fd, loopback);
        posix.listen(fd, 8);
        return fd;
    }

    /** Starts a JVM as systemd would: the descriptor is 3, and the pid in the environment is the process' own. */
    private String runInChild(Map<String, String> environment, int fd) {
        List<String> command = List.of(
                "/bin/sh",
                "-c",
                "LISTEN_PID=$$ exec \"$@\"",
                "sh",
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                InheritedMain.class.getName());
        opened.add(fd);
        try (TestChild child = TestChild.start(command, environment, new SpawnRequest.Descriptor(fd, 3))) {
            return child.readAll();
        }
    }
}
