package dev.prefork.probe;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.prefork.handoff.Handoff;
import dev.prefork.it.Tools;
import dev.prefork.it.command.Scripts;
import dev.prefork.listen.ListenOptions;
import dev.prefork.listen.ListenSpec;
import dev.prefork.listen.Listener;
import dev.prefork.listen.Listeners;
import dev.prefork.os.Endpoint;
import dev.prefork.os.OpenDescriptors;
import dev.prefork.os.Posix;
import dev.prefork.os.SpawnRequest;
import dev.prefork.os.TestChild;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

public class ConnectionProbeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ListenOptions SHARED = new ListenOptions(64, false, 1);

    private final Posix posix = Posix.system();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Set<Integer> ready = new HashSet<>();
    private Listeners listeners;
    private ConnectionProbe probe;

    @TempDir
    Path directory;

    @AfterEach
    void closeAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    @Test
    void aWorkerThatFailsIsNotReadyThoughItsSiblingAnswersWellAllTheTime() throws IOException {
        listenOn("tcp4://127.0.0.1:0", SHARED);
        Path good = directory.resolve("good");
        HttpWorker sibling = worker("sibling");
        HttpWorker starting = worker("starting", "bad-until=" + good);

        long begin = System.nanoTime();
        // The sibling may begin to accept after the other one has been asked twice.
        roundsUntil(() -> starting.asked() >= 2 && !sibling.log().isEmpty(), starting);
        assertThat(ready).isEmpty();
        assertThat(sibling.log().size())
                .as("one a second in the long run, and four at once at most")
                .isLessThanOrEqualTo(secondsSince(begin) + 4);
        Files.createFile(good);
        roundsUntil(() -> !ready.isEmpty(), starting);

        assertThat(ready).containsExactly(starting.pid());
        assertThat(sibling.log())
                .as("what others accept is closed without a byte")
                .containsOnly("empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp4://127.0.0.1:0", "tcp4://0.0.0.0:0", "tcp6://[::1]:0", "tcp6://[::]:0", "tcp://:0"})
    void allThatAnswerAreFoundOnAnyAddress(String address) throws IOException {
        assumeTrue(address.startsWith("tcp4") || hasIpv6(), "this machine has no IPv6");
        listenOn(address, SHARED);
        HttpWorker one = worker("one");
        HttpWorker two = worker("two");
        roundsUntil(() -> ready.size() == 2, one, two);
        assertThat(ready).containsExactlyInAnyOrder(one.pid(), two.pid());
    }

    @Test
    void withReusePortTheOneThatDoesNotAcceptYetDoesNotHideTheOneThatDoes() throws IOException {
        listenOn("tcp4://127.0.0.1:0", new ListenOptions(64, true, 3));
        Path awake = directory.resolve("awake");
        HttpWorker deaf = start(0, "deaf", "deaf-until=" + awake);
        HttpWorker one = start(1, "one");
        HttpWorker two = start(2, "two");
        roundsUntil(() -> ready.size() == 2, deaf, one, two);
        assertThat(ready).containsExactlyInAnyOrder(one.pid(), two.pid());
        Files.createFile(awake);
        roundsUntil(() -> ready.size() == 3, deaf);
    }

    @Test
    void itAsksForThePathAndTheConnectionsEnd() throws IOException {
        listenOn("tcp4://127.0.0.1:0", SHARED, "/ready?deep=1");
        HttpWorker worker = worker("one");
        roundsUntil(() -> !ready.isEmpty(), worker);
        int port = ((Endpoint.Inet) listeners.all().get(0).endpoint()).port();
        assertThat(worker.log())
                .contains("asked GET /ready?deep=1 HTTP/1.1 Host: localhost:" + port + " Connection: close");
    }

    @Test
    void serversOfHttp10Do() throws IOException {
        listenOn("tcp4://127.0.0.1:0", SHARED);
        HttpWorker worker = worker("one", "version=1.0");
        roundsUntil(() -> !ready.isEmpty(), worker);
        assertThat(ready).containsExactly(worker.pid());
    }

    @ParameterizedTest
    @CsvSource({"200, true", "204, true", "302, true", "399, true", "400, false", "404, false", "500, false"})
    void statusesFrom200To399AreReady(String status, boolean good) throws IOException {
        listenOn("tcp4://127.0.0.1:0", SHARED);
        HttpWorker worker = worker("one", "early", "status=" + status);
        roundsUntil(() -> good ? !ready.isEmpty() : worker.asked() >= 2, worker);
        assertThat(ready.contains(worker.pid())).isEqualTo(good);
    }

    @Test
    void aWorkerBehindAShellIsTheShell() throws IOException {
        listenOn("tcp4://127.0.0.1:0", SHARED);
        HttpWorker sibling = worker("sibling");
        HttpWorker shell = keep(HttpWorker.behindShell(listeners, directory.resolve("shell")));
        roundsUntil(() -> !ready.isEmpty(), shell);
        assertThat(ready).containsExactly(shell.pid());
        assertThat(sibling.asked()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"children=2", "children=1 session"})
    void whatAChildAcceptsItsWorkerHasAccepted(String options) throws IOException {
        listenOn("tcp4://127.0.0.1:0", SHARED);
        HttpWorker sibling = worker("sibling");
        HttpWorker forking = worker("forking", options.split(" "));
        roundsUntil(() -> !ready.isEmpty(), forking);
        assertThat(ready).containsExactly(forking.pid());
        assertThat(sibling.asked()).isZero();
    }

    @Test
    void aWorkerThatTheKernelPrefersLessIsFoundToo() throws IOException {
        listenOn("tcp4://127.0.0.1:0", SHARED);
        HttpWorker preferred = worker("preferred", "exclusive");
        HttpWorker other = worker("other", "exclusive");
        roundsUntil(() -> !ready.isEmpty(), other);
        assertThat(ready).containsExactly(other.pid());
        assertThat(preferred.asked()).isZero();
    }

    @Test
    void gunicornIsFoundThoughItsOwnChildrenAccept() {
        Path gunicorn = Tools.require("gunicorn");
        listenOn("tcp4://127.0.0.1:0", SHARED);
        Set<Integer> pids = new HashSet<>();
        for (int slot = 0; slot < 2; slot++) {
            pids.add(keep(gunicorn(gunicorn, slot)).pid());
        }
        await().atMost(PATIENCE).until(() -> {
            Set<Integer> left = new HashSet<>(pids);
            left.removeAll(ready);
            ready.addAll(probe.round(left));
            return ready.equals(pids);
        });
    }

    private TestChild gunicorn(Path gunicorn, int slot) {
        String directory = Scripts.path("command/app.py").getParent().toString();
        // sd_listen_fds(3): LISTEN_PID is the process that takes the sockets, which a shell that execs knows.
        String script = "LISTEN_PID=$$ exec \"$@\" 2>&1";
        return TestChild.start(
                List.of(
                        "/bin/sh",
                        "-c",
                        script,
                        "sh",
                        gunicorn.toString(),
                        "--workers",
                        "2",
                        "--chdir",
                        directory,
                        "app:app"),
                Map.of("LISTEN_FDS", "1", "PREFORK_SLOT", String.valueOf(slot)),
                new Handoff(listeners.all(), Set.of()).descriptors(slot).toArray(SpawnRequest.Descriptor[]::new));
    }

    @Test
    void aWorkerThatBootsForLongFindsNoMoreThanOneConnection() throws IOException {
        listenOn("tcp4://127.0.0.1:0", SHARED);
        Path awake = directory.resolve("awake");
        HttpWorker worker = worker("one", "deaf-until=" + awake);
        for (int i = 0; i < 4; i++) {
            ready.addAll(probe.round(Set.of(worker.pid())));
            assertThat(probe.isHolding()).isTrue();
        }
        assertThat(ready).isEmpty();
        assertThat(listeners.waiting()).isEqualTo(1);
        long begin = System.nanoTime();
        Files.createFile(awake);
        roundsUntil(() -> !ready.isEmpty(), worker);
        assertThat(worker.asked())
                .as("one question is enough, and one more after each second without an answer")
                .isBetween(1L, 1 + (long) secondsSince(begin));
    }

    private static int secondsSince(long nanoTime) {
        return (int) Duration.ofNanos(System.nanoTime() - nanoTime).toSeconds();
    }

    @Test
    void aWorkerThatDoesNotAnswerIsAskedAgainAfterASecond() throws IOException {
        listenOn("tcp4://127.0.0.1:0", SHARED);
        Path talking = directory.resolve("talking");
        HttpWorker worker = worker("one", "mute-until=" + talking);
        roundsUntil(() -> worker.asked() >= 2, worker);
        assertThat(ready).isEmpty();
        Files.createFile(talking);
        roundsUntil(() -> !ready.isEmpty(), worker);
        assertThat(ready).containsExactly(worker.pid());
    }

    @Test
    void withNobodyStartingNothingIsOpenedAndWhatWasOpenIsClosed() throws IOException {
        listenOn("tcp4://127.0.0.1:0", SHARED);
        Map<Integer, String> before = OpenDescriptors.socketsAndPipes();
        assertThat(probe.round(Set.of(posix.getpid()))).isEmpty();
        assertThat(OpenDescriptors.socketsAndPipes()).hasSize(before.size() + 1);
        assertThat(probe.round(Set.of())).isEmpty();
        assertThat(OpenDescriptors.socketsAndPipes()).isEqualTo(before);
    }

    @Test
    void aListenerThatIsGoneIsNoFailure() throws IOException {
        listenOn("tcp4://127.0.0.1:0", SHARED);
        listeners.close();
        assertThat(probe.round(Set.of(posix.getpid()))).isEmpty();
        assertThat(probe.isHolding()).isFalse();
    }

    @Test
    void onlyTcpListenersCanBeAsked() {
        Listener unix = new Listener("http", new Endpoint.Unix("/run/x.sock"), List.of(300), false);
        assertThatThrownBy(() -> ConnectionProbe.asking(unix, "/"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("readiness by HTTP needs a TCP listener, and this is http=unix:///run/x.sock");
    }

    @Test
    void badPathsAreRefusedInOneSentence() throws IOException {
        assertThat(ConnectionProbe.refusal("/")).isEmpty();
        assertThat(ConnectionProbe.refusal("/a/b?c=d&e=%20")).isEmpty();
        assertThat(ConnectionProbe.refusal("ready")).contains("the path 'ready' must begin with /, such as /healthz");
        assertThat(ConnectionProbe.refusal("")).contains("the path '' must begin with /, such as /healthz");
        assertThat(ConnectionProbe.refusal("/a b\r\nc"))
                .contains("the path '/a b??c' may hold only printable ASCII without spaces: escape the rest as in %20");
        Listener tcp = new Listener("http", new Endpoint.Inet(InetAddress.getByName("::1"), 1), List.of(300), false);
        assertThatThrownBy(() -> ConnectionProbe.asking(tcp, "x")).hasMessageContaining("must begin with /");
    }

    private void roundsUntil(BooleanSupplier done, HttpWorker... starting) {
        Set<Integer> pids = new HashSet<>();
        List.of(starting).forEach(worker -> pids.add(worker.pid()));
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .pollDelay(Duration.ZERO)
                .until(() -> {
                    Set<Integer> left = new HashSet<>(pids);
                    left.removeAll(ready);
                    Set<Integer> found = probe.round(left);
                    assertThat(left).containsAll(found);
                    ready.addAll(found);
                    return done.getAsBoolean();
                });
    }

    private void listenOn(String address, ListenOptions options) {
        listenOn(address, options, "/healthz");
    }

    private void listenOn(String address, ListenOptions options, String path) {
        listeners = keep(Listeners.open(posix, ListenSpec.parseList(List.of(address)), options, List.of()));
        probe = keep(ConnectionProbe.asking(listeners.all().get(0), path));
    }

    private HttpWorker worker(String name, String... options) {
        return start(0, name, options);
    }

    private HttpWorker start(int slot, String name, String... options) {
        return keep(HttpWorker.start(listeners, slot, directory.resolve(name), options));
    }

    private <T extends AutoCloseable> T keep(T one) {
        open.push(one);
        return one;
    }

    private static boolean hasIpv6() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
