package dev.prefork.listen;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.handoff.HighDescriptors;
import dev.prefork.handoff.InheritedListener;
import dev.prefork.listen.QueueFigures.Figure;
import dev.prefork.os.Endpoint;
import dev.prefork.os.Posix;
import dev.prefork.procfs.Somaxconn;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QueueFiguresTest {
    private static final int BACKLOG = 5;
    private static final ListenOptions SHARED = new ListenOptions(BACKLOG, false, 1);

    private final Posix posix = Posix.system();
    private final Clients clients = new Clients();

    @TempDir
    Path directory;

    @AfterEach
    void closeClients() throws Exception {
        clients.close();
    }

    @Test
    void everyListenerHasItsOwnQueueInTheOrderOfTheListeners() throws IOException {
        Path path = directory.resolve("app.sock");
        try (Listeners listeners =
                open(SHARED, "web=tcp4://127.0.0.1:0", "app=unix://" + path, "admin=tcp4://127.0.0.1:0")) {
            assertThat(figures(posix, listeners))
                    .containsExactly(
                            new Figure("web", 0, BACKLOG),
                            new Figure("app", 0, BACKLOG),
                            new Figure("admin", 0, BACKLOG));

            clients.connect(listeners.all().get(0));
            clients.connect(listeners.all().get(0));
            clients.connectUnix(path.toString());
            clients.connectUnix(path.toString());
            clients.connectUnix(path.toString());

            await().untilAsserted(() -> assertThat(figures(posix, listeners))
                    .containsExactly(
                            new Figure("web", 2, BACKLOG),
                            new Figure("app", 3, BACKLOG),
                            new Figure("admin", 0, BACKLOG)));
        }
    }

    @Test
    void theSocketsOfAReusePortListenerAreAddedUp() {
        try (Listeners listeners = open(new ListenOptions(30, true, 3), "http=tcp4://127.0.0.1:0")) {
            for (int i = 0; i < 20; i++) {
                clients.connect(listeners.all().get(0));
            }
            await().untilAsserted(() ->
                    assertThat(figures(posix, listeners)).containsExactly(new Figure("http", 20, 3 * 30)));
        }
    }

    @Test
    void aListenerOfAParentCountsWithTheLimitThatTheParentChose() throws IOException {
        Endpoint.Inet address = new Endpoint.Inet(InetAddress.getByName("127.0.0.1"), 0);
        int inherited = HighDescriptors.lift(posix, posix.streamSocket(address));
        posix.bind(inherited, address);
        posix.listen(inherited, 9);
        InheritedListener socket = new InheritedListener("http", inherited, posix.localEndpoint(inherited));
        try (Listeners listeners = Listeners.open(
                posix, ListenSpec.parseList(List.of("http=tcp4://127.0.0.1:0")), SHARED, List.of(socket))) {
            clients.connect(listeners.all().get(0));
            await().untilAsserted(
                            () -> assertThat(figures(posix, listeners)).containsExactly(new Figure("http", 1, 9)));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"ENOENT", "EPERM", "EACCES", "EPROTONOSUPPORT", "EAFNOSUPPORT", "EAGAIN"})
    void whereTheKernelDoesNotTellAUnixQueueItIsNoneOrSome(Errno errno) throws IOException {
        Posix untold = PosixDoubles.failing("unixAcceptQueue", errno, arguments -> true);
        Path path = directory.resolve("app.sock");
        try (Listeners listeners = open(SHARED, "app=unix://" + path)) {
            assertThat(figures(untold, listeners)).containsExactly(new Figure("app", 0, BACKLOG));
            clients.connectUnix(path.toString());
            assertThat(figures(untold, listeners)).containsExactly(new Figure("app", 1, BACKLOG));
            clients.connectUnix(path.toString());
            assertThat(figures(untold, listeners)).containsExactly(new Figure("app", 1, BACKLOG));
        }
    }

    @Test
    void aLimitThatIsNotToldIsCappedAsTheKernelCapsIt() {
        Posix untold = PosixDoubles.failing("unixAcceptQueue", Errno.ENOENT, arguments -> true);
        ListenOptions more = new ListenOptions(Integer.MAX_VALUE, false, 1);
        try (Listeners listeners = open(more, "app=unix://" + directory.resolve("app.sock"))) {
            List<Figure> told = new QueueFigures(posix, listeners.all(), more.backlog()).read();
            assertThat(told.get(0).limit())
                    .isEqualTo(Somaxconn.cap(Somaxconn.FILE).orElseThrow());
            assertThat(new QueueFigures(untold, listeners.all(), more.backlog()).read())
                    .isEqualTo(told);
        }
    }

    @Test
    void aLimitThatAParentChoseAndNobodyTellsIsTheMostThatTheKernelAllows() {
        Posix untold = PosixDoubles.failing("unixAcceptQueue", Errno.ENOENT, arguments -> true);
        try (Listeners listeners = open(SHARED, "app=unix://" + directory.resolve("app.sock"))) {
            Listener ours = listeners.all().get(0);
            Listener adopted = new Listener(ours.name(), ours.endpoint(), ours.descriptors(), true);
            assertThat(new QueueFigures(untold, List.of(adopted), BACKLOG).read())
                    .containsExactly(
                            new Figure("app", 0, Somaxconn.cap(Somaxconn.FILE).orElseThrow()));
        }
    }

    @Test
    void aListenerThatIsClosedIsLeftOut() {
        try (Listeners listeners =
                open(SHARED, "web=tcp4://127.0.0.1:0", "app=unix://" + directory.resolve("app.sock"))) {
            List<Listener> all = Stream.concat(
                            listeners.all().stream(), listeners.all().stream().map(this::copyThatIsClosed))
                    .toList();
            assertThat(new QueueFigures(posix, all, BACKLOG).read())
                    .containsExactly(new Figure("web", 0, BACKLOG), new Figure("app", 0, BACKLOG));
        }
    }

    @Test
    void aReusePortListenerOfWhichOneSocketIsClosedIsLeftOutWhole() {
        try (Listeners listeners =
                open(new ListenOptions(8, true, 3), "a=tcp4://127.0.0.1:0", "b=tcp4://127.0.0.1:0")) {
            Integer closed = listeners.all().get(0).descriptorFor(1);
            Posix partly = PosixDoubles.failing("acceptQueue", Errno.EBADF, arguments -> arguments.contains(closed));
            assertThat(figures(partly, listeners)).containsExactly(new Figure("b", 0, 3 * 8));
        }
    }

    @Test
    void listenersOfOneNameAreToldApartByTheirPortsAndPaths() {
        String path = directory.resolve("app.sock").toString();
        try (Listeners listeners = open(
                SHARED,
                "http=tcp4://127.0.0.1:0",
                "http=tcp4://127.0.0.1:0",
                "http=unix://" + path,
                "other=tcp4://127.0.0.1:0")) {
            assertThat(figures(posix, listeners))
                    .extracting(Figure::listener)
                    .containsExactly(
                            "http:" + Clients.port(listeners.all().get(0)),
                            "http:" + Clients.port(listeners.all().get(1)),
                            "http:" + path,
                            "other");
        }
    }

    @Test
    void listenersOfOneNameAndPortAreToldApartByTheirAddresses() throws UnknownHostException {
        try (Listeners listeners = open(SHARED, "x=tcp4://127.0.0.1:0")) {
            List<Integer> sockets = listeners.all().get(0).descriptors();
            List<Listener> all = List.of(
                    new Listener("http", inet("127.0.0.1", 80), sockets, false),
                    new Listener("http", inet("::1", 80), sockets, false),
                    new Listener("http", inet("127.0.0.1", 81), sockets, false),
                    new Listener("https", inet("127.0.0.1", 80), sockets, false));
            assertThat(new QueueFigures(posix, all, BACKLOG).read())
                    .extracting(Figure::listener)
                    .containsExactly("http:tcp4://127.0.0.1:80", "http:tcp6://[::1]:80", "http:81", "https");
        }
    }

    @Test
    void listenersOfOneNameAndAddressAreOne() {
        ListenOptions perSlot = new ListenOptions(BACKLOG, true, 2);
        try (Listeners first = open(perSlot, "http=tcp4://127.0.0.1:0")) {
            int port = Clients.port(first.all().get(0));
            try (Listeners second = open(perSlot, "http=tcp4://localhost:" + port)) {
                List<Listener> both = List.of(first.all().get(0), second.all().get(0));
                assertThat(new QueueFigures(posix, both, BACKLOG).read())
                        .containsExactly(new Figure("http:tcp4://127.0.0.1:" + port, 0, 4 * BACKLOG));
            }
        }
    }

    @Test
    void noListenersHaveNoQueues() {
        assertThat(new QueueFigures(posix, List.of(), BACKLOG).read()).isEmpty();
    }

    /** Its number is so high that nobody gets it meanwhile. */
    private Listener copyThatIsClosed(Listener listener) {
        int copy = posix.duplicateAbove(listener.descriptorFor(0), 700);
        posix.close(copy);
        return new Listener("closed-" + listener.name(), listener.endpoint(), List.of(copy), listener.adopted());
    }

    private static Endpoint.Inet inet(String host, int port) throws UnknownHostException {
        return new Endpoint.Inet(InetAddress.getByName(host), port);
    }

    private static List<Figure> figures(Posix posix, Listeners listeners) {
        return new QueueFigures(posix, listeners.all(), BACKLOG).read();
    }

    private Listeners open(ListenOptions options, String... addresses) {
        return Listeners.open(posix, ListenSpec.parseList(List.of(addresses)), options, List.of());
    }
}
