package dev.prefork.it.pod;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.Processes;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Commands that accept nothing, seen from outside. */
class StalledListenerIT {
    private static final String HANG = "exec sleep 1000";

    @RegisterExtension
    final Processes processes = new Processes();

    private final List<SocketChannel> clients = new ArrayList<>();

    @AfterEach
    void closeClients() throws IOException {
        for (SocketChannel client : clients) {
            client.close();
        }
    }

    private StartedMaster start(String options, String script) {
        return StartedMaster.of(processes
                        .prefork(
                                Jdks.running(),
                                arguments(
                                        options + " --ready delay=100ms --recover-threshold 100 --listen 127.0.0.1:0"
                                                + " --shutdown-grace-period 1s",
                                        List.of("sh", "-c", script)))
                        .start())
                .awaitReady();
    }

    private void threeClients(StartedMaster master) throws IOException {
        for (int i = 0; i < 3; i++) {
            clients.add(SocketChannel.open(master.listener("http")));
        }
    }

    @Test
    void workersThatHangAreReadyButTheListenerStallsAndThePodIsSaturatedAndNotWell() throws IOException {
        StartedMaster master = start("--workers 3", HANG);
        assertThat(master.probe("well").status()).isEqualTo(200);
        assertThat(master.metrics()).contains("prefork_listener_stalled_seconds{listener=\"http\"} 0");

        threeClients(master);

        Awaitility.await().atMost(SOON).until(() -> master.probe("well").status() == 503);
        assertThat(master.probe("well").body()).contains("\"stalled-seconds-http\": ");
        assertThat(master.metrics())
                .contains("prefork_saturation_ratio 1", "prefork_saturation_part_ratio{part=\"stalled\"} 1");
        assertThat(master.isReady()).isTrue();
        assertThat(master.process().stdout()).doesNotContain("terminating it");
        master.stop();
    }

    @Test
    void theWatchdogReplacesOneHungWorkerAtATimeAndSparesTheOneThatComputes() throws IOException {
        StartedMaster master =
                start("--workers 3 --watchdog 3s", "test $PREFORK_SLOT = 2 || " + HANG + "; while :; do :; done");
        long first = master.workerPid(0);
        long second = master.workerPid(1);

        threeClients(master);

        master.process()
                .awaitLine(
                        "ERROR worker 0 \\(pid " + first
                                + "\\) has accepted nothing and used no CPU for \\d+\\.\\d\\d s"
                                + " while 3 connections wait on http, watchdog timeout: terminating it",
                        SOON);
        master.process().awaitLine("worker 0 \\(pid " + first + "\\) exited unexpectedly: watchdog, SIGTERM", SOON);
        master.process().awaitLine("worker 1 \\(pid " + second + "\\) has accepted nothing", SOON);
        List<String> lines =
                master.process().output().stream().map(line -> line.text()).toList();
        assertThat(indexOf(lines, "started to replace pid " + first))
                .as("the first is replaced before the second is given up")
                .isBetween(0, indexOf(lines, "(pid " + second + ") has accepted nothing"));
        master.process().awaitLine("started to replace pid " + second, SOON);
        assertThat(master.process().stdout()).doesNotContainPattern("worker 2 .* has accepted nothing");
        master.stop();
    }

    @Test
    void aCommandThatNeverSendsAHeartbeatIsLeftAloneWhileNoConnectionWaits() {
        StartedMaster master = start("--workers 1 --watchdog 1s", HANG);
        long pid = master.workerPid(0);

        Awaitility.await()
                .atMost(SOON)
                .during(Duration.ofSeconds(5))
                .until(() -> master.isReady() && master.workerPid(0) == pid);
        assertThat(master.process().stdout()).doesNotContain("terminating it");
        master.stop();
    }

    private static int indexOf(List<String> lines, String part) {
        return lines.indexOf(
                lines.stream().filter(line -> line.contains(part)).findFirst().orElse(""));
    }
}
