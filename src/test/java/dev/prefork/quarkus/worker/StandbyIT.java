package dev.prefork.quarkus.worker;

import static dev.prefork.Waits.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Endpoint;
import dev.prefork.os.Posix;
import dev.prefork.os.SocketOption;
import dev.prefork.os.WaitStatus.Exited;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A worker that has booted and waits to be told to serve. */
@Timeout(180)
class StandbyIT {
    private static final Exited TERMINATED = new Exited(143);

    private final Posix posix = Posix.system();
    private final MasterSocket http = MasterSocket.tcp();
    private final int[] line = posix.pipe();
    private final int[] lifeline = posix.pipe();
    private final int inbox = posix.datagramSocket();
    private boolean lineIsOpen = true;
    private boolean masterLives = true;

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        endLine();
        endMaster();
        List.of(line[0], lifeline[0], inbox).forEach(posix::close);
        http.close();
    }

    private void endLine() {
        if (lineIsOpen) {
            posix.close(line[1]);
        }
        lineIsOpen = false;
    }

    private void endMaster() {
        if (masterLives) {
            posix.close(lifeline[1]);
        }
        masterLives = false;
    }

    private TestWorker.Builder standby() {
        return new TestWorker.Builder()
                .listener("http", http)
                .descriptor(line[0], 4)
                .environment("PREFORK_TAKEOVER", "4")
                .descriptor(lifeline[0], 5)
                .environment("PREFORK_LIFELINE", "5");
    }

    private static TestWorker standingBy(TestWorker.Builder builder) {
        TestWorker worker = builder.start();
        try {
            worker.awaitLine("standing by");
            return worker;
        } catch (RuntimeException e) {
            worker.close();
            throw e;
        }
    }

    private void takeOver() {
        try (OutputStream out = new FileOutputStream("/proc/self/fd/" + line[1])) {
            out.write(1);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The connection is in the queue all the time, where siblings could take it. */
    private void assertThatItLeavesAClientWaiting(Client waiting) {
        await().pollDelay(Duration.ofMillis(500)).until(() -> true);
        assertThat(posix.acceptQueue(http.descriptor()).length()).isEqualTo(1);
        assertThat(waiting.hasAnswer()).isFalse();
    }

    private long answerTo(Client waiting, TestWorker worker) {
        long start = System.nanoTime();
        takeOver();
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofNanos(100_000))
                .until(() -> posix.acceptQueue(http.descriptor()).length() == 0);
        long accepted = System.nanoTime() - start;
        assertThat(waiting.answer()).endsWith(worker.name() + "\n");
        long answered = System.nanoTime() - start;
        System.out.printf("takeover: accepted after %.1f ms, answered after %.1f ms%n", accepted / 1e6, answered / 1e6);
        return answered;
    }

    @Test
    void itAcceptsNothingBeforeItIsToldTo() {
        Endpoint.Unix address = new Endpoint.Unix(directory.resolve("notify").toString());
        posix.setOption(inbox, SocketOption.PASS_CREDENTIALS, 1);
        posix.bind(inbox, address);
        try (Client waiting = Client.to(http.endpoint()).send("/", "close");
                TestWorker worker = standingBy(standby().environment("NOTIFY_SOCKET", address.path()))) {
            assertThat(posix.receiveDatagram(inbox))
                    .hasValueSatisfying(first ->
                            assertThat(new String(first.payload(), UTF_8)).isEqualTo("READY=1"));
            assertThatItLeavesAClientWaiting(waiting);

            assertThat(answerTo(waiting, worker)).isPositive();
            worker.awaitLine("serving [http=" + http.endpoint() + "]");
            assertThat(Client.get(http.endpoint())).endsWith(worker.name() + "\n");
            worker.terminate();
            assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
            assertThat(posix.receiveDatagram(inbox)).as("it was ready before").hasValueSatisfying(last -> assertThat(
                            new String(last.payload(), UTF_8))
                    .isEqualTo("STOPPING=1"));
            assertThat(worker.lines()).noneMatch(said -> said.contains("WARN") || said.contains("ERROR"));
        }
    }

    @Test
    void itWarmsItselfUpBeforeItStandsBy() {
        try (Client waiting = Client.to(http.endpoint()).send("/", "close");
                TestWorker worker = standingBy(
                        standby().environment("PREFORK_WARMUP", "/").environment("PREFORK_WARMUP_REQUESTS", "300"))) {
            assertThat(worker.lines()).hasSize(2).first().asString().contains("warmed up by 300 requests");
            assertThatItLeavesAClientWaiting(waiting);
            assertThat(answerTo(waiting, worker)).isPositive();
        }
    }

    /** Without paths it makes no request: which of them would be harmless, only the application knows. */
    @Test
    void withoutPathsNoRequestIsMade() {
        try (TestWorker worker = standingBy(standby().option("-Dquarkus.http.access-log.enabled=true"))) {
            assertThat(worker.lines()).singleElement().asString().contains("standing by");
        }
    }

    @Test
    void aTlsServerStandsByWithoutAComplaint() {
        try (TestWorker worker = standingBy(standby()
                .environment("LISTEN_FDNAMES", "https")
                .option("-Dquarkus.http.insecure-requests=disabled")
                .option("-Dquarkus.http.ssl.certificate.key-store-file=" + TestCertificate.file())
                .option("-Dquarkus.http.ssl.certificate.key-store-password=" + TestCertificate.PASSWORD))) {
            takeOver();
            assertThat(TlsClient.get(http.port(), "/")).endsWith(worker.name() + "\n");
            assertThat(worker.lines()).noneMatch(said -> said.contains("WARN") || said.contains("ERROR"));
        }
    }

    @Test
    void aStopEndsTheWaitInOrder() {
        try (Client waiting = Client.to(http.endpoint()).send("/", "close");
                TestWorker worker = standingBy(standby().environment("PREFORK_SHUTDOWN_GRACE_PERIOD", "120s"))) {
            worker.terminate();
            assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
            assertThat(worker.lines()).singleElement().asString().contains("standing by");
            assertThatItLeavesAClientWaiting(waiting);
        }
    }

    @Test
    void theEndOfTheLineIsNoReasonToServe() {
        try (Client waiting = Client.to(http.endpoint()).send("/", "close");
                TestWorker worker = standingBy(standby())) {
            endLine();
            assertThatItLeavesAClientWaiting(waiting);
            worker.terminate();
            assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
            assertThat(worker.lines()).singleElement().asString().contains("standing by");
        }
    }

    @Test
    void withItsMasterGoneItExitsWithoutServing() {
        try (TestWorker worker = standingBy(standby())) {
            endLine();
            endMaster();
            assertThat(worker.awaitEnd()).isEqualTo(new Exited(1));
            assertThat(worker.lines())
                    .anyMatch(said -> said.contains(worker.name() + " The master has exited"))
                    .noneMatch(said -> said.contains("serving "));
        }
    }
}
