package dev.prefork.quarkus.worker;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.prefork.FullRing;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.os.Endpoint;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.os.TestChild;
import dev.prefork.os.WaitStatus.Exited;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An application of somebody else, with a main method of its own, adopts what it was started with. */
@FullRing("it builds an application with Maven")
@Timeout(400)
class SecondApplicationIT {
    private static final Path SOCKET_ACTIVATE = Path.of("/usr/bin/systemd-socket-activate");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Exited TERMINATED = new Exited(143);

    /** What Quarkus makes of our beans, and what has to look whether there is a master or a listener. */
    private static final Pattern LOADED_BY_ALL = Pattern.compile("dev\\.prefork\\.("
            + "quarkus\\.(master\\.(MasterObservers|MasterMetrics|Management\\$WaitForTheEnd)"
            + "|worker\\.WorkerObservers)(_.*)?"
            + "|cli\\.Main(_Bean)?"
            + "|quarkus\\.(master\\.(MasterConfigSources|ManagementPort)|worker\\.WorkerConfigSources|common\\.BuildDefaults)"
            + "|handoff\\.(Inheritance|AdoptionException|Variables)"
            + "|app\\.RunningMaster)");

    private static Path application;

    @RegisterExtension
    final Processes processes = new Processes();

    @BeforeAll
    @Timeout(900)
    static void build() {
        application = SecondApplication.build("own-main");
    }

    @Test
    void notOneLineOfItKnowsAboutUs() throws IOException {
        try (Stream<Path> files = Files.walk(SecondApplication.SOURCES.resolve("src"))) {
            List<Path> sources = files.filter(Files::isRegularFile).toList();
            assertThat(sources)
                    .isNotEmpty()
                    .allSatisfy(source -> assertThat(source).content().doesNotContainIgnoringCase("prefork"));
        }
    }

    @Test
    void itServesOnASocketThatPythonPassed() throws IOException {
        assumeThat(TestChild.python()).as("python3 on the path").isPresent();
        List<String> command =
                new ArrayList<>(List.of(TestChild.python().orElseThrow(), "src/test/resources/activate.py"));
        command.addAll(java());
        try (TestChild shop = TestChild.start(command, Map.of())) {
            Endpoint listener = loopback(Integer.parseInt(shop.readLine()));
            assertThat(Client.get(listener, "/shop")).endsWith("open, pid " + shop.pid() + "\n");
            assertHolds(shop, listener);
            assertStops(shop);
        }
    }

    @Test
    void itServesOnASocketThatSystemdPassed() throws IOException {
        assumeThat(SOCKET_ACTIVATE).as("systemd's own activator").isExecutable();
        int port = freePort();
        List<String> command =
                new ArrayList<>(List.of(SOCKET_ACTIVATE.toString(), "-l", "127.0.0.1:" + port, "--fdname=shop.socket"));
        command.addAll(java());
        try (TestChild shop = TestChild.start(command, Map.of())) {
            await().atMost(PATIENCE).until(() -> inode(port).isPresent());
            // The first connection starts it, and waits in the queue until it serves.
            assertThat(Client.get(loopback(port), "/shop")).endsWith("open, pid " + shop.pid() + "\n");
            assertHolds(shop, loopback(port));
            assertStops(shop);
        }
    }

    @Test
    void itServesAsAWorkerOfAMaster() {
        try (MasterSocket http = MasterSocket.tcp();
                TestWorker worker = new TestWorker.Builder()
                        .application(application.toString())
                        .listener("http", http)
                        .startServing()) {
            assertThat(Client.get(http.endpoint(), "/shop")).endsWith("open, pid " + worker.pid() + "\n");
            assertThat(worker.lines()).singleElement().asString().contains(worker.name() + " serving");
            worker.terminate();
            assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
        }
    }

    @Test
    void ourDemonstrationAndOurSettingsStayAtHome() {
        try (MasterSocket http = MasterSocket.tcp();
                TestWorker worker = new TestWorker.Builder()
                        .application(application.toString())
                        .without("PREFORK_CHILD")
                        .option("-Dquarkus.management.port=0")
                        .listener("http", http)
                        .startServing()) {
            for (String path : new String[] {"/", "/work", "/crash"}) {
                assertThat(Client.get(http.endpoint(), path)).contains("404 Not Found");
            }
            worker.awaitLine("shop 1 on JVM");
        }
    }

    /** The dependency is free: what an application pays for it is what it loads, and makes at run time, at each start. */
    @Test
    void whatIsNoWorkerLoadsNearlyNothingOfOurs(@TempDir Path directory) throws IOException {
        Path log = directory.resolve("classes");
        int port = freePort();
        List<String> command = new ArrayList<>(java());
        command.addAll(1, List.of("-Xlog:class+load:file=" + log, "-Dquarkus.http.port=" + port));
        try (TestChild shop = TestChild.start(command, Map.of())) {
            // Not by the port: where the JDK binds, it may be one for both families.
            for (String line = shop.readLine(); !line.contains("Listening on"); line = shop.readLine()) {
                assertThat(line).doesNotContain("ERROR");
            }
            assertThat(Client.get(loopback(port), "/shop")).contains("open, pid ");
            assertStops(shop);
        }
        List<String> loaded = loaded(log);

        assertThat(loaded).contains("org.example.shop.Shop", "dev.prefork.quarkus.worker.WorkerConfigSources");
        assertThat(loaded)
                .filteredOn(name -> name.startsWith("dev.prefork."))
                .allMatch(name -> LOADED_BY_ALL.matcher(name).matches());
        assertThat(loaded)
                .noneMatch(name -> name.startsWith("jnr.") || name.startsWith("com.kenai.jffi."))
                .noneMatch(name -> name.startsWith("io.netty.channel.epoll."))
                .noneMatch(name -> name.startsWith("io.prometheus."))
                // For a file of ours that the configuration would read from the jar.
                .noneMatch(name -> name.startsWith("jdk.nio.zipfs."));
    }

    /** A line is {@code [0.1s][info][class,load] name source: …}. */
    private static List<String> loaded(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .map(line -> line.substring(line.lastIndexOf("] ") + 2).split(" ")[0])
                .toList();
    }

    @Test
    void somebodyElseMayPassABlockingSocketWithoutAFittingName() {
        try (MasterSocket http = MasterSocket.tcp()) {
            Posix.system().setNonBlocking(http.descriptor(), false);
            serveDirectly(http);
        }
    }

    private static void serveDirectly(MasterSocket http) {
        try (TestWorker worker = new TestWorker.Builder()
                .application(application.toString())
                .without("PREFORK_CHILD")
                .option("-Dquarkus.management.port=0")
                .listener("shop.socket", http)
                .startServing()) {
            assertThat(Client.get(http.endpoint(), "/shop")).contains("200 OK");
            worker.awaitLine("shop 1 on JVM");
            assertThat(worker.lines())
                    .as("a management interface that the application did not ask for")
                    .noneMatch(line -> line.contains("Management interface"));
        }
    }

    @Test
    void aListenerWithoutANameGoesToTheServerConfiguredForItsPort() {
        try (MasterSocket http = MasterSocket.tcp();
                TestWorker worker = new TestWorker.Builder()
                        .application(application.toString())
                        .without("PREFORK_CHILD")
                        .option("-Dquarkus.management.port=0")
                        .option("-Dquarkus.http.port=0")
                        .environment("QUARKUS_HTTP_SSL_PORT", String.valueOf(http.port()))
                        .option("-Dquarkus.http.ssl.certificate.key-store-file=" + TestCertificate.file())
                        .option("-Dquarkus.http.ssl.certificate.key-store-password=" + TestCertificate.PASSWORD)
                        .environment("LISTEN_FDNAMES", "")
                        .listener("unnamed", http)
                        .startServing()) {
            assertThat(TlsClient.get(http.port(), "/shop")).isEqualTo("open, pid " + worker.pid() + "\n");
        }
    }

    @Test
    void withOurMainClassItIsAMasterWhoseWorkersServeItsRoutes() throws IOException {
        Path entrypoint = SecondApplication.build(
                "our-main", "-Dquarkus.package.main-class=prefork", "-Dquarkus.management.enabled=true");
        int port = freePort();
        List<String> command = List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Dquarkus.management.port=0",
                "-jar",
                entrypoint.toString(),
                "--workers=2",
                "--listen=127.0.0.1:" + port);
        try (TestChild master = TestChild.start(command, Map.of())) {
            await().atMost(PATIENCE).until(() -> inode(port).isPresent());
            // It waits in the queue until a worker serves.
            String answer = Client.get(loopback(port), "/shop");

            assertThat(answer).contains("open, pid ").doesNotContain("pid " + master.pid() + "\n");
            Endpoint management = loopback(managementPort(master));
            // Of Prefork's own: this application has no extension for health.
            await().atMost(PATIENCE)
                    .until(() -> Client.get(management, "/q/health/ready").contains("200 OK"));
            assertThat(Client.get(management, "/q/health/ready")).contains("\"name\": \"prefork-workers\"");
            Posix.system().kill(master.pid(), Signal.TERM);
            assertThat(master.awaitEnd()).isEqualTo(new Exited(0));
        }
    }

    private static int managementPort(TestChild master) {
        Pattern port = Pattern.compile("management interface on port (\\d+)");
        for (String line = master.readLine(); ; line = master.readLine()) {
            Matcher found = port.matcher(line);
            if (found.find()) {
                return Integer.parseInt(found.group(1));
            }
        }
    }

    /** Prefork's main class on the class path of an application whose build did not choose it: the refusal is the same. */
    @Test
    void withoutAManagementInterfaceItIsNotAMaster() throws IOException {
        try (Stream<Path> jars = Files.walk(application.getParent())) {
            String classPath = jars.map(Path::toString)
                    .filter(file -> file.endsWith(".jar"))
                    .collect(Collectors.joining(":"));
            RunningProcess master = processes
                    .command(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "-cp",
                            classPath,
                            "dev.prefork.cli.Main",
                            "--listen=127.0.0.1:0")
                    .start();

            assertThat(master.awaitExit(PATIENCE)).isEqualTo(2);
            assertThat(master.stderr().lines())
                    .singleElement()
                    .asString()
                    .contains("the application shop was built without quarkus.management.enabled=true");
        }
    }

    private static List<String> java() {
        String java = ProcessHandle.current().info().command().orElseThrow();
        return List.of(java, "-Xmx128m", "-Dquarkus.management.port=0", "-jar", application.toString());
    }

    private static void assertStops(TestChild shop) {
        Posix.system().kill(shop.pid(), Signal.TERM);
        assertThat(shop.awaitEnd()).isEqualTo(TERMINATED);
    }

    private static void assertHolds(TestChild shop, Endpoint listener) throws IOException {
        String inode = inode(((Endpoint.Inet) listener).port()).orElseThrow();
        assertThat(shop.descriptors()).containsEntry(3, "socket:[" + inode + "]");
    }

    /** The inode of the socket that listens on the port; see proc_pid_net(5). */
    private static Optional<String> inode(int port) throws IOException {
        String listening = String.format("0100007F:%04X 00000000:0000 0A", port);
        return Files.readAllLines(Path.of("/proc/net/tcp")).stream()
                .filter(line -> line.contains(listening))
                .map(line -> line.strip().split("\\s+")[9])
                .findFirst();
    }

    private static int freePort() {
        try (MasterSocket socket = MasterSocket.notListening()) {
            return socket.port();
        }
    }

    private static Endpoint loopback(int port) {
        return new Endpoint.Inet(InetAddress.getLoopbackAddress(), port);
    }
}
