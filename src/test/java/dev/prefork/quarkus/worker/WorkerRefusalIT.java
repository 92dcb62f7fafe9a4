package dev.prefork.quarkus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Posix;
import dev.prefork.os.WaitStatus;
import dev.prefork.os.WaitStatus.Exited;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a worker of the packaged application refuses at its start: in one line. */
@Timeout(120)
class WorkerRefusalIT {
    /** Our own main method and our own checks end with 2, Quarkus with 1. */
    private static final Set<WaitStatus> MISCONFIGURED = Set.of(new Exited(1), new Exited(2));

    private final MasterSocket http = MasterSocket.tcp();
    private final MasterSocket https = MasterSocket.tcp();

    @AfterEach
    void close() {
        http.close();
        https.close();
    }

    @Test
    void aBlockingListenerOfItsMaster() {
        Posix.system().setNonBlocking(http.descriptor(), false);
        assertRefused(new TestWorker.Builder().listener("http", http), "Descriptor 3 (http) is blocking");
    }

    @Test
    void aSocketThatDoesNotListen() {
        try (MasterSocket bound = MasterSocket.notListening()) {
            assertRefused(
                    new TestWorker.Builder().listener("http", http).listener("http-2", bound),
                    "Descriptor 4 (http-2) is not listening");
        }
    }

    @Test
    void moreDescriptorsThanThereAre() {
        assertRefused(
                new TestWorker.Builder().listener("http", http).environment("LISTEN_FDNAMES", "http:https"),
                "LISTEN_FDNAMES=http:https has 2 names for LISTEN_FDS=1");
    }

    /** It must not accept before it is told to, and could not be told. This is seen before a second of booting. */
    @ParameterizedTest
    @CsvSource({"9999, cannot be read (Bad file descriptor)", "soon, cannot be read (not a number)"})
    void aStandbyThatCouldNotBeToldToServe(String value, String problem) {
        try (TestWorker worker = new TestWorker.Builder()
                .listener("http", http)
                .environment("PREFORK_TAKEOVER", value)
                .start()) {
            assertThat(worker.awaitEnd()).isEqualTo(new Exited(2));
            assertThat(worker.lines())
                    .singleElement()
                    .asString()
                    .startsWith("prefork: PREFORK_TAKEOVER=" + value + " " + problem);
        }
    }

    @Test
    void aTlsListenerWithoutACertificate() {
        assertRefused(
                new TestWorker.Builder().listener("http", http).listener("https", https),
                "The listener https=" + https.endpoint() + " was passed, but the application has no TLS server");
    }

    @Test
    void aPlainListenerWithoutPlainHttp() {
        assertRefused(
                withTls(new TestWorker.Builder().listener("http", http).listener("https", https))
                        .option("-Dquarkus.http.insecure-requests=disabled"),
                "The listener http=" + http.endpoint() + " was passed, but the application does not serve plain HTTP");
    }

    @Test
    void butNotATlsListenerWithOne() {
        try (TestWorker worker = withTls(
                        new TestWorker.Builder().listener("http", http).listener("https", https))
                .startServing()) {
            assertThat(TlsClient.get(https.port(), "/")).isEqualTo(worker.name() + "\n");
            assertThat(Client.get(http.endpoint())).endsWith(worker.name() + "\n");
        }
    }

    @Test
    void norTlsAlone() {
        try (TestWorker worker =
                withTls(new TestWorker.Builder().listener("https", https)).startServing()) {
            assertThat(TlsClient.get(https.port(), "/")).isEqualTo(worker.name() + "\n");
        }
    }

    private static TestWorker.Builder withTls(TestWorker.Builder worker) {
        return worker.option("-Dquarkus.http.ssl.certificate.key-store-file=" + TestCertificate.file())
                .option("-Dquarkus.http.ssl.certificate.key-store-password=" + TestCertificate.PASSWORD);
    }

    private static void assertRefused(TestWorker.Builder builder, String problem) {
        try (TestWorker worker = builder.start()) {
            assertThat(worker.awaitEnd()).isIn(MISCONFIGURED);
            assertThat(worker.lines()).singleElement().asString().contains(problem);
        }
    }
}
