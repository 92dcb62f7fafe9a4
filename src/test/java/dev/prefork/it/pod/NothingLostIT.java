package dev.prefork.it.pod;

import static dev.prefork.Waits.await;
import static dev.prefork.it.command.StartedMaster.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Ring;
import dev.prefork.it.Alone;
import dev.prefork.it.Jdks;
import dev.prefork.it.KeepAliveLoad;
import dev.prefork.it.LoadResult;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The end of a pod under load: SIGTERM for PID 1 of a namespace while 64 connections that are kept alive send one request
 * after the other. Nobody may see a reset, an end instead of an answer, or an answer that is no answer. Whoever connects
 * when all is over is refused, which loses nothing: not a byte of a request was sent.
 *
 * <p>{@code -Dprefork.rounds=N} sets how often; the times from the last answer to the end are printed, not judged.
 */
@Alone
@Timeout(value = 30, unit = TimeUnit.MINUTES) // Each round takes its time, and there may be many.
class NothingLostIT {
    private static final int ROUNDS = Ring.rounds("prefork.rounds", 1, 3);
    private static final int CONNECTIONS = 64;
    private static final int ENOUGH_ANSWERS = 2000;

    @RegisterExtension
    final Processes processes = new Processes();

    private RunningProcess unshare;
    private int port;

    private void start(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(Tools.requirePidNamespaces().toString(), "--pid", "--fork", "--mount-proc"));
        command.addAll(PackagedJar.command(Jdks.running()));
        command.addAll(List.of("--workers", "2"));
        command.addAll(List.of(arguments));
        unshare = processes.command(command.toArray(String[]::new)).start();
        StartedMaster master = StartedMaster.of(unshare).awaitReady();
        port = ((InetSocketAddress) master.listener("http")).getPort();
        unshare.awaitLine("all workers ready", SOON);
    }

    private static void terminate(RunningProcess namespace) {
        Proc.signal(BareContainer.pid1(namespace), "TERM");
    }

    @Test
    void keptConnections() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            start("--listen", "127.0.0.1:0");
            lose(round, "built-in");
        }
    }

    @Test
    void keptConnectionsWhileItServesOn() throws IOException {
        start("--listen", "127.0.0.1:0", "--drain-delay", "1s");
        lose(0, "built-in, drain delay 1s");
    }

    @Test
    void connectionsOfGunicorn() throws IOException {
        Tools.require("gunicorn");
        for (int round = 0; round < ROUNDS; round++) {
            start(
                    "--listen",
                    "127.0.0.1:0",
                    "--",
                    "gunicorn",
                    "--workers",
                    "1",
                    "--chdir",
                    Scripts.path("command/app.py").getParent().toString(),
                    "app:app");
            lose(round, "gunicorn");
        }
    }

    private void lose(int round, String what) {
        long end;
        LoadResult result;
        try (KeepAliveLoad load = KeepAliveLoad.start(port, "/", CONNECTIONS)) {
            load.awaitAnswers(ENOUGH_ANSWERS);
            terminate(unshare);
            assertThat(unshare.awaitExit(SOON)).as(unshare::dump).isZero();
            end = System.nanoTime();
            result = load.awaitEnd();
        }
        System.out.printf(
                Locale.ROOT,
                "%s, round %d: %d answers, %d failures, end %.0f ms after the last answer%n",
                what,
                round,
                result.answered(),
                result.failed(),
                (end - result.lastAnswer()) / 1e6);

        assertThat(result.failures()).as(unshare::dump).isEmpty();
        assertThat(result.answered()).isGreaterThanOrEqualTo(ENOUGH_ANSWERS);
        assertThat(unshare.family()).isEmpty();
    }

    /**
     * Two pods behind one address, as behind a Service: the kernel spreads connections over the sockets of both. wrk must
     * not notice that one of them goes, but for connects that take longer.
     */
    @Test
    void asWrkSeesItBehindAService() throws IOException {
        Tools.require("wrk");
        for (int round = 0; round < ROUNDS; round++) {
            start("--listen", "127.0.0.1:0", "--reuse-port");
            RunningProcess going = unshare;
            int shared = port;
            start("--listen", "127.0.0.1:" + shared, "--reuse-port");
            RunningProcess wrk = processes
                    .command("wrk", "-t2", "-c" + CONNECTIONS, "-d4s", "http://127.0.0.1:" + shared + "/")
                    .start();
            await().atMost(SOON).until(() -> Proc.connections(shared) >= CONNECTIONS);
            terminate(going);

            assertThat(going.awaitExit(SOON)).as(going::dump).isZero();
            assertThat(wrk.awaitExit(SOON)).isZero();
            System.out.println("wrk, round " + round + ": "
                    + wrk.stdout()
                            .lines()
                            .filter(line -> line.contains("requests in"))
                            .toList());
            assertThat(wrk.stdout().replaceFirst("timeout \\d+", "timeout N"))
                    .contains(" requests in ")
                    .doesNotContain("Non-2xx")
                    .satisfiesAnyOf(text -> assertThat(text).doesNotContain("Socket errors"), text -> assertThat(text)
                            .contains("Socket errors: connect 0, read 0, write 0, timeout N"));
            terminate(unshare);
            assertThat(unshare.awaitExit(SOON)).as(unshare::dump).isZero();
        }
    }
}
