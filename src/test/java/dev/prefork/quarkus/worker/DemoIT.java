package dev.prefork.quarkus.worker;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.WaitStatus.Exited;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The demonstration service of this project's own build. */
@Timeout(120)
class DemoIT {
    private final MasterSocket http = MasterSocket.tcp();

    @AfterEach
    void close() {
        http.close();
    }

    @Test
    void workTakesAsLongAsAskedAndRefusesWhatIsNoTime() {
        try (TestWorker worker = new TestWorker.Builder().listener("http", http).startServing()) {
            long begin = System.nanoTime();
            assertThat(get("/work?ms=300")).contains("200 OK").endsWith(worker.name() + " worked 300 ms\n");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
            assertThat(get("/work")).contains("worked 0 ms");
            for (String bad : new String[] {"-1", "soon", "60001", "1e3", ""}) {
                assertThat(get("/work?ms=" + bad)).contains("400 Bad Request").contains("from 0 to 60000");
            }
        }
    }

    @Test
    void workDoesNotBlockTheEventLoop() {
        try (TestWorker worker = new TestWorker.Builder()
                        .listener("http", http)
                        .option("-Dquarkus.http.io-threads=1")
                        .startServing();
                Client slow = Client.to(http.endpoint()).send("/work?ms=60000", "close")) {
            assertThat(get("/")).endsWith(worker.name() + "\n");
            assertThat(slow.hasAnswer()).isFalse();
        }
    }

    @Test
    void nobodyCanMakeAProductionWorkerFail() {
        try (TestWorker worker = new TestWorker.Builder().listener("http", http).startServing()) {
            for (String path : new String[] {"/crash", "/hang", "/block?ms=1", "/exit?code=7"}) {
                assertThat(get(path)).contains("404 Not Found");
            }
            assertThat(get("/")).endsWith(worker.name() + "\n");
        }
    }

    @Test
    void aTestCanCrashAWorker() {
        try (TestWorker worker = testWorker()) {
            assertThat(get("/crash")).isEmpty();
            assertThat(worker.awaitEnd()).isEqualTo(new Exited(70));
        }
    }

    @Test
    void aTestCanEndAWorkerWithACode() {
        try (TestWorker worker = testWorker()) {
            assertThat(get("/exit?code=7")).endsWith("exiting with 7\n");
            assertThat(worker.awaitEnd()).isEqualTo(new Exited(7));
        }
    }

    @Test
    void aTestCanHangAWorker() {
        try (TestWorker worker = testWorker();
                Client hanging = Client.to(http.endpoint()).send("/hang", "close")) {
            await().during(Duration.ofSeconds(1)).until(() -> !hanging.hasAnswer());
            assertThat(ProcessHandle.of(worker.pid()))
                    .hasValueSatisfying(process -> assertThat(process.isAlive()).isTrue());
        }
    }

    @Test
    void aTestCanBlockAnEventLoop() {
        try (TestWorker worker = new TestWorker.Builder()
                .listener("http", http)
                .option("-Dquarkus.profile=test")
                .option("-Dquarkus.http.io-threads=1")
                .startServing()) {
            long begin = System.nanoTime();
            assertThat(get("/block?ms=300")).endsWith("blocked for 300 ms\n");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        }
    }

    private TestWorker testWorker() {
        return new TestWorker.Builder()
                .listener("http", http)
                .option("-Dquarkus.profile=test")
                .startServing();
    }

    private String get(String path) {
        return Client.get(http.endpoint(), path);
    }
}
