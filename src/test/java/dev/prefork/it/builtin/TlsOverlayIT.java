package dev.prefork.it.builtin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.prefork.TestCertificate;
import dev.prefork.it.Http;
import dev.prefork.it.Jdks;
import dev.prefork.it.Launch;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Built-in workers with the variables of the overlay {@code tls}, and a Secret that is renewed while they run. */
class TlsOverlayIT {
    private static final Path LISTENER = Path.of("k8s/kustomize/overlays/tls/listener.yaml");
    private static final Duration RENEWAL = Duration.ofSeconds(90);

    private static final Pattern WORKER =
            Pattern.compile("^HTTP/1\\.1 200 .*\r\n\r\nworker \\d+ \\(pid (\\d+)\\)", Pattern.DOTALL);

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    @Test
    void workersServeTheSecretsCertificateAndThatWhichReplacesIt() throws Exception {
        TestCertificate first = TestCertificate.make(Files.createDirectory(directory.resolve("first")));
        Path mounted = Files.createDirectory(directory.resolve("tls"));
        mount(mounted, first);
        Launch launch = processes.prefork(Jdks.running(), "--workers", "2");
        variables(mounted).forEach(launch::env);
        RunningProcess process = launch.start();
        TestCertificate second = TestCertificate.make(Files.createDirectory(directory.resolve("second")));
        StartedMaster master = StartedMaster.of(process);
        process.awaitLine("all workers ready", StartedMaster.SOON);
        SSLContext client = trusting(first, second);

        Awaitility.await().atMost(StartedMaster.SOON).until(() -> serve(client, master, first));
        mount(mounted, second);
        // Vert.x 4.5 breaks off with whoever comes while a worker loads a certificate: TCPServerBase asks a future for
        // it that is not complete yet.
        Awaitility.await()
                .atMost(RENEWAL)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> serve(client, master, second));

        assertThat(Http.get(master.management(), "/q/health/ready").status()).isEqualTo(200);
        assertThat(master.get("http", "/")).startsWith("worker ");
    }

    /** What the overlay sets, with files of this test, free ports, and a period that a test can wait for. */
    private static Map<String, String> variables(Path mounted) throws IOException {
        JsonNode container = new YAMLMapper().readTree(LISTENER.toFile()).at("/spec/template/spec/containers/0");
        String mountPath = container.at("/volumeMounts/0/mountPath").asText();
        Map<String, String> variables = new TreeMap<>();
        for (JsonNode variable : container.path("env")) {
            String name = variable.path("name").asText();
            String value = variable.path("value")
                    .asText()
                    .replace(mountPath, mounted.toString())
                    .replaceAll("0\\.0\\.0\\.0:\\d+", "127.0.0.1:0");
            variables.put(name, name.endsWith("_RELOAD_PERIOD") ? "1s" : value);
        }
        assertThat(variables.toString()).contains(mounted + "/tls.crt", mounted + "/tls.key", "_RELOAD_PERIOD=1s");
        return variables;
    }

    /** As kubelets do it: all files change at once, by a link that is put in the place of another. */
    private static void mount(Path directory, TestCertificate certificate) throws IOException {
        Path version = Files.createTempDirectory(directory, "..");
        Files.copy(certificate.certificateFile(), version.resolve("tls.crt"));
        Files.copy(certificate.keyFile(), version.resolve("tls.key"));
        Path link = Files.createSymbolicLink(directory.resolve("..data_tmp"), version.getFileName());
        Files.move(link, directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        for (String file : List.of("tls.crt", "tls.key")) {
            if (!Files.exists(directory.resolve(file))) {
                Files.createSymbolicLink(directory.resolve(file), Path.of("..data", file));
            }
        }
    }

    /** Whether both workers show this certificate to whoever comes now. */
    private static boolean serve(SSLContext client, StartedMaster master, TestCertificate certificate)
            throws Exception {
        Map<Long, Certificate> shown = new TreeMap<>();
        // Whoever is free takes the next visitor: it may be the same one for some time.
        for (int visitor = 0; visitor < 100 && shown.size() < 2; visitor++) {
            visit(client, (InetSocketAddress) master.listener("https"), shown);
        }
        // By pid: a worker that was started for the sake of the new certificate would not do.
        return shown.keySet().equals(Set.of(master.workerPid(0), master.workerPid(1)))
                && shown.values().stream().allMatch(certificate.certificate()::equals);
    }

    private static void visit(SSLContext client, InetSocketAddress address, Map<Long, Certificate> shown)
            throws IOException {
        try (SSLSocket socket =
                (SSLSocket) client.getSocketFactory().createSocket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout((int) StartedMaster.SOON.toMillis());
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
            Matcher body = WORKER.matcher(answer);
            assertThat(body.find()).as(answer).isTrue();
            shown.put(Long.valueOf(body.group(1)), socket.getSession().getPeerCertificates()[0]);
        }
    }

    private static SSLContext trusting(TestCertificate... certificates) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        for (TestCertificate certificate : certificates) {
            trusted.setCertificateEntry(certificate.certificateFile().toString(), certificate.certificate());
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
