package dev.prefork.quarkus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.WaitStatus.Exited;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker that sends requests to itself before it is ready. */
@Timeout(180)
class WarmupIT {
    private static final Exited TERMINATED = new Exited(143);

    private final MasterSocket http = MasterSocket.tcp();

    @AfterEach
    void close() {
        http.close();
    }

    private static TestWorker.Builder warmedBy(String paths, int requests) {
        return new TestWorker.Builder()
                .environment("PREFORK_WARMUP", paths)
                .environment("PREFORK_WARMUP_REQUESTS", String.valueOf(requests))
                .option("-Dquarkus.http.access-log.enabled=true");
    }

    private static int first(List<String> lines, String part) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(part)) {
                return i;
            }
        }
        return -1;
    }

    @Test
    void theRequestsAreAnsweredBeforeItServes() {
        try (TestWorker worker =
                warmedBy("/,/work?ms=1", 30).listener("http", http).startServing()) {
            List<String> lines = worker.lines();
            int warmed = first(lines, "warmed up by 30 requests");
            assertThat(warmed).isNotNegative().isLessThan(first(lines, "serving "));
            assertThat(lines).noneMatch(line -> line.contains("WARN"));
            assertThat(Client.get(http.endpoint())).endsWith(worker.name() + "\n");
            worker.terminate();
            assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
        }
    }

    /** Its queue is the siblings' too. */
    @Test
    void noConnectionIsTakenFromTheListenerForThem() {
        try (Client waiting = Client.to(http.endpoint()).send("/", "close");
                TestWorker worker = warmedBy("/work?ms=60000", 1)
                        .environment("PREFORK_START_TIMEOUT", "8s")
                        .listener("http", http)
                        .start()) {
            worker.awaitLine("was not answered");
            // It waited for the four seconds that the warm-up may take, and is answered once that is over.
            worker.awaitLine("serving ");
            assertThat(waiting.answer()).endsWith(worker.name() + "\n");
            assertThat(worker.lines()).filteredOn(line -> line.contains("WARN")).hasSize(1);
        }
    }

    @Test
    void aPathThatIsBrokenIsToldOnceAndKeepsNoneFromBeingServed() {
        try (TestWorker worker =
                warmedBy("/work?ms=x,/nowhere", 10).listener("http", http).startServing()) {
            assertThat(worker.lines())
                    .filteredOn(line -> line.contains("WARN"))
                    .hasSize(2)
                    .anyMatch(line -> line.contains("/work?ms=x was answered with status 400"))
                    .anyMatch(line -> line.contains("/nowhere was answered with status 404"));
            assertThat(Client.get(http.endpoint())).endsWith(worker.name() + "\n");
        }
    }

    @Test
    void aTlsServerWarmsItselfUpToo() {
        try (TestWorker worker = warmedBy("/", 10)
                .listener("https", http)
                .option("-Dquarkus.http.insecure-requests=disabled")
                .option("-Dquarkus.http.ssl.certificate.key-store-file=" + TestCertificate.file())
                .option("-Dquarkus.http.ssl.certificate.key-store-password=" + TestCertificate.PASSWORD)
                .startServing()) {
            assertThat(worker.lines()).anyMatch(line -> line.contains("warmed up by 10 requests"));
            assertThat(TlsClient.get(http.port(), "/")).endsWith(worker.name() + "\n");
        }
    }

    /** A redirection would warm up nothing of the application: it comes before it is known whether there is such a route. */
    @Test
    void whatThePlainServerOnlyRedirectsIsAskedOfTheTlsServer() {
        try (MasterSocket https = MasterSocket.tcp();
                TestWorker worker = warmedBy("/nowhere", 10)
                        .listener("http", http)
                        .listener("https", https)
                        .option("-Dquarkus.http.insecure-requests=redirect")
                        .option("-Dquarkus.http.ssl.certificate.key-store-file=" + TestCertificate.file())
                        .option("-Dquarkus.http.ssl.certificate.key-store-password=" + TestCertificate.PASSWORD)
                        .startServing()) {
            assertThat(worker.lines())
                    .anyMatch(line -> line.contains("warmed up by 10 requests"))
                    .anyMatch(line -> line.contains("/nowhere was answered with status 404"));
        }
    }

    @Test
    void aStopInTheMiddleOfItDoesNotWaitForIt() {
        try (TestWorker worker = warmedBy("/work?ms=60000", 10)
                .environment("PREFORK_START_TIMEOUT", "600s")
                .environment("PREFORK_SHUTDOWN_GRACE_PERIOD", "120s")
                .option("-Dquarkus.log.category.\"io.quarkus\".level=INFO")
                .listener("http", http)
                .start()) {
            worker.awaitLine("Installed features");
            long start = System.nanoTime();
            worker.terminate();
            assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("neither the request nor the grace period")
                    .isLessThan(Duration.ofSeconds(50));
            assertThat(worker.lines()).noneMatch(line -> line.contains("serving "));
        }
    }
}
