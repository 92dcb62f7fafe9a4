package dev.prefork.listen;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.prefork.handoff.Dialect;
import dev.prefork.handoff.Handoff;
import dev.prefork.handoff.Identity;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.os.SpawnRequest;
import dev.prefork.os.TestChild;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Foreign worker processes with the listeners of a real master's {@link Handoff}. */
class WorkersShareListenersTest {
    private static final String PID_SERVER = """
            import os, select, socket, sys
            listener = socket.socket(fileno=int(sys.argv[1]))
            print('listening', flush=True)
            while True:
                select.select([listener], [], [])
                try:
                    connection, _ = listener.accept()
                except BlockingIOError:
                    continue
                connection.sendall(b'%d\\n' % os.getpid())
                connection.close()
            """;

    private static final String INSPECTOR = """
            import os, socket
            print(sorted(int(fd) for fd in os.listdir('/proc/self/fd') if os.path.exists('/proc/self/fd/' + fd)))
            for fd in 3, 4, 5, 0:
                s = socket.socket(fileno=fd)
                name = s.getsockname()
                print(fd, s.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN), name if isinstance(name, str) else name[1])
                s.detach()
            for name in sorted(os.environ):
                if name.startswith(('LISTEN', 'EINHORN', 'NGINX', 'SERVER')):
                    print(name + '=' + os.environ[name])
            """;

    private final Posix posix = Posix.system();
    private final Clients clients = new Clients();
    private final List<TestChild> workers = new ArrayList<>();
    private String python;

    @BeforeEach
    void findPython() {
        Optional<String> found = TestChild.python();
        assumeTrue(found.isPresent(), "this machine has no python3");
        python = found.get();
    }

    @AfterEach
    void closeAll() throws Exception {
        clients.close();
        workers.forEach(TestChild::close);
    }

    @Test
    void aWorkerSeesExactlyItsListenersInOrderAndByEveryName(@TempDir Path directory) {
        Path path = directory.resolve("x.sock");
        List<String> items = List.of("http=tcp4://127.0.0.1:0", "admin=tcp4://127.0.0.1:0", "path=unix://" + path);
        try (Listeners listeners = open(items, new ListenOptions(8, false, 1))) {
            int http = Clients.port(listeners.all().get(0));
            int admin = Clients.port(listeners.all().get(1));
            TestChild worker = start(new Handoff(listeners.all(), EnumSet.allOf(Dialect.class)), 0, INSPECTOR);
            assertThat(worker.readAll().lines())
                    .containsExactly(
                            "[0, 1, 2, 3, 4, 5]",
                            "3 1 " + http,
                            "4 1 " + admin,
                            "5 1 " + path,
                            "0 1 " + http,
                            "EINHORN_FD_0=3",
                            "EINHORN_FD_1=4",
                            "EINHORN_FD_2=5",
                            "EINHORN_FD_COUNT=3",
                            "LISTEN_FDNAMES=http:admin:path",
                            "LISTEN_FDS=3",
                            "NGINX=3;4;5;",
                            "SERVER_STARTER_GENERATION=1",
                            "SERVER_STARTER_PORT=127.0.0.1:" + http + "=3;127.0.0.1:" + admin + "=4;" + path + "=5");
        }
    }

    @Test
    void whenAWorkerDiesTheOtherServesTheSameListener() throws IOException {
        try (Listeners listeners = open(List.of("tcp4://127.0.0.1:0"), new ListenOptions(64, false, 1))) {
            Listener listener = listeners.all().get(0);
            Handoff handoff = new Handoff(listeners.all(), Set.of());
            TestChild first = serving(handoff, 0);
            TestChild second = serving(handoff, 1);
            for (int i = 0; i < 20; i++) {
                assertThat(answerOf(clients.connect(listener))).isIn(first.pid(), second.pid());
            }
            posix.kill(first.pid(), Signal.KILL);
            first.awaitEnd();
            for (int i = 0; i < 20; i++) {
                assertThat(answerOf(clients.connect(listener))).isEqualTo(second.pid());
            }
        }
    }

    @Test
    void connectionsInTheQueueSurviveTheDeathOfTheirWorker() throws IOException {
        assertQueueSurvives(new ListenOptions(64, false, 1));
    }

    @Test
    void withReusePortTheyDoTooBecauseTheMasterKeepsTheSocket() throws IOException {
        assertQueueSurvives(new ListenOptions(64, true, 1));
    }

    private void assertQueueSurvives(ListenOptions options) throws IOException {
        try (Listeners listeners = open(List.of("tcp4://127.0.0.1:0"), options)) {
            Listener listener = listeners.all().get(0);
            Handoff handoff = new Handoff(listeners.all(), Set.of());
            TestChild idle = start(handoff, 0, "import time; print('up', flush=True); time.sleep(60)");
            assertThat(idle.readLine()).isEqualTo("up");
            List<Socket> waiting = new ArrayList<>();
            for (int i = 0; i < 13; i++) {
                waiting.add(clients.connect(listener));
            }
            await().until(() -> posix.acceptQueue(listener.descriptorFor(0)).length() == 13);

            posix.kill(idle.pid(), Signal.KILL);
            idle.awaitEnd();
            TestChild replacement = serving(handoff, 0);

            for (Socket client : waiting) {
                assertThat(answerOf(client)).isEqualTo(replacement.pid());
            }
        }
    }

    private Listeners open(List<String> items, ListenOptions options) {
        return Listeners.open(posix, ListenSpec.parseList(items), options, List.of());
    }

    private TestChild serving(Handoff handoff, int slot) {
        TestChild worker = start(handoff, slot, PID_SERVER);
        assertThat(worker.readLine()).isEqualTo("listening");
        return worker;
    }

    private TestChild start(Handoff handoff, int slot, String program) {
        TestChild worker = TestChild.start(
                List.of(python, "-c", program, String.valueOf(Handoff.FIRST)),
                handoff.environment(new Identity(slot, 1)),
                handoff.descriptors(slot).toArray(SpawnRequest.Descriptor[]::new));
        workers.add(worker);
        return worker;
    }

    private static int answerOf(Socket client) throws IOException {
        return Integer.parseInt(Clients.readLine(client));
    }
}
