package dev.prefork.agent.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prefork.it.KeepAliveLoad;
import dev.prefork.it.LoadResult;
import dev.prefork.os.Posix;
import dev.prefork.os.WaitStatus.Exited;
import dev.prefork.worker.Client;
import dev.prefork.worker.MasterSocket;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a worker stops while its clients go on: nobody loses a request, and it is gone as soon as they are. */
@Timeout(180)
class StopIT {
    private static final Exited TERMINATED = new Exited(143);

    /** For a slow machine; what a quiet one takes is printed. */
    private static final Duration GENEROUS = Duration.ofSeconds(5);

    private final MasterSocket http = MasterSocket.tcp();

    @AfterEach
    void close() {
        http.close();
    }

    @Test
    void busyClientsLoseNothing() {
        stopUnderLoad("/", 64, 5_000);
    }

    @Test
    void clientsWhoseRequestsAreInFlightLoseNothing() {
        stopUnderLoad("/work?ms=50", 64, 500);
    }

    /** The listener stays open, as it does with a master: who connects anew waits in its queue, and is no failure. */
    private void stopUnderLoad(String path, int connections, long answers) {
        try (TestWorker worker = new TestWorker.Builder().listener("http", http).startServing();
                KeepAliveLoad load = KeepAliveLoad.start(http.port(), path, connections)) {
            load.awaitAnswers(answers);
            worker.terminate();
            assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
            long gone = System.nanoTime();
            LoadResult result = load.stop();
            assertThat(result.failures()).isEmpty();
            assertThat(result.refused()).isZero();
            assertThat(result.unanswered() + result.unconnected()).isEqualTo(connections);
            Duration exit = Duration.ofNanos(gone - result.lastAnswer());
            System.out.printf("%s: %d ms from the last answer to the exit%n", path, exit.toMillis());
            assertThat(exit).isLessThan(GENEROUS);
        }
    }

    @Test
    void anAnswerInFlightSaysThatItIsTheLast() {
        try (TestWorker worker = new TestWorker.Builder().listener("http", http).startServing();
                Client client = Client.to(http.endpoint()).send("/work?ms=2000", "keep-alive")) {
            awaitAccepted();
            worker.terminate();
            String answer = client.answer();
            assertThat(answer).endsWith(worker.name() + " worked 2000 ms\n");
            assertThat(answer.toLowerCase(Locale.ROOT)).containsOnlyOnce("connection: close");
            assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
        }
    }

    @Test
    void aSilentConnectionIsClosedWithoutAWord() {
        try (TestWorker worker = new TestWorker.Builder().listener("http", http).startServing();
                Client silent = Client.to(http.endpoint())) {
            awaitAccepted();
            worker.terminate();
            assertThat(silent.answer()).isEmpty();
            assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
        }
    }

    @Test
    void aRequestThatTakesTooLongIsGivenUpInOneLine() {
        try (TestWorker worker = new TestWorker.Builder()
                        .listener("http", http)
                        .environment("PREFORK_SHUTDOWN_GRACE_PERIOD", "1s")
                        .startServing();
                Client endless = Client.to(http.endpoint()).send("/work?ms=60000", "close")) {
            awaitAccepted();
            worker.terminate();
            assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
            assertThat(endless.answer()).isEmpty();
            assertThat(worker.lines())
                    .filteredOn(line -> line.contains("WARN") || line.contains("ERROR"))
                    .singleElement()
                    .asString()
                    .contains(worker.name() + " 1 connections have unfinished requests after 0.9 s");
        }
    }

    private void awaitAccepted() {
        await().atMost(Duration.ofSeconds(60))
                .pollDelay(Duration.ofMillis(200))
                .until(() -> Posix.system().acceptQueue(http.descriptor()).length() == 0);
    }
}
