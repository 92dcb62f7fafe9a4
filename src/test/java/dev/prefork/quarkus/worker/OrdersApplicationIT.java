package dev.prefork.quarkus.worker;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.FullRing;
import dev.prefork.it.Http;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What of an application with a database, a scheduler and a start-up bean runs where, as docs/QUARKUS.md has it. */
@FullRing("it builds an application with Maven")
@Timeout(400)
class OrdersApplicationIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String STARTUP = "startup";
    private static final String SCHEDULED = "scheduled";
    private static final String CONNECTION = "connection";

    private static Path application;

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path traces;

    @BeforeAll
    @Timeout(900)
    static void build() {
        application = SecondApplication.build(Path.of("src/it/orders-app"), "orders");
    }

    @Test
    void withTwoThingsInOneImageNothingOfItRunsInTheMaster() throws IOException {
        RunningProcess master = start(
                Stream.of("-jar", System.getProperty("prefork.jar"), "--workers=1", "--listen=127.0.0.1:0", "--", JAVA),
                application("-Dorders.port=8081"));
        int management = awaitBooted(master);
        long worker = onlyWorker(master);

        for (String part : List.of(STARTUP, SCHEDULED, CONNECTION)) {
            assertThat(pids(part)).as(part).containsOnly(worker);
        }
        assertThat(pids("readiness")).doesNotContain(master.pid());
        assertThat(master.stdout()).doesNotContain("also boots in this master");
        await().atMost(PATIENCE)
                .until(() -> Http.get(management, "/q/metrics").body().contains("uri=\"/orders\""));
    }

    @Test
    void ofItsOwnJarTheMasterRunsAllButTheServer() throws IOException {
        RunningProcess master =
                start(Stream.of("-Dorders.in-master=true", "-Dorders.port=0"), application(), "--workers=1");
        int management = awaitBooted(master);
        long worker = onlyWorker(master);

        for (String part : List.of(STARTUP, SCHEDULED, CONNECTION)) {
            await(part).atMost(PATIENCE).until(() -> pids(part).contains(master.pid()));
            assertThat(pids(part)).as(part).containsOnly(worker, master.pid());
        }
        assertThat(master.stdout())
                .containsOnlyOnce("the application orders also boots in this master, with the profile prefork-master");
        await().atMost(PATIENCE)
                .until(() -> Http.get(management, "/q/metrics").body().contains("uri=\"/orders\""));
    }

    @Test
    void settingsOfTheMastersProfileSwitchItOff() throws IOException {
        RunningProcess master = start(Stream.of("-Dorders.port=0"), application(), "--workers=1");
        awaitBooted(master);
        long worker = onlyWorker(master);
        List<Long> before = pids(SCHEDULED);
        await().atMost(PATIENCE).until(() -> pids(SCHEDULED).size() > before.size() + 2);

        assertThat(pids(SCHEDULED)).containsOnly(worker);
        assertThat(pids(CONNECTION)).containsOnly(worker);
        assertThat(pids(STARTUP)).as("no setting switches a @Startup bean off").contains(master.pid());
        assertThat(master.stdout() + master.stderr())
                .as("of settings that differ from those of the build")
                .doesNotContain("Build time property cannot be changed")
                .doesNotContain(" WARN ");
    }

    private RunningProcess start(Stream<String> options, List<String> application, String... arguments) {
        List<String> command = new ArrayList<>(List.of(JAVA, "-Xmx128m", "-Dquarkus.management.port=0"));
        options.forEach(command::add);
        command.addAll(application);
        command.addAll(Arrays.asList(arguments));
        return processes.command(command.toArray(String[]::new)).start();
    }

    private List<String> application(String... options) {
        List<String> words = new ArrayList<>(List.of("-Dorders.traces=" + traces));
        words.addAll(List.of(options));
        words.addAll(List.of("-jar", application.toString()));
        return words;
    }

    /** Until the worker serves and has had its turn, and Quarkus is up in the master too; returns the management port. */
    private int awaitBooted(RunningProcess master) throws IOException {
        String listening = master.awaitLine("listening on http=", PATIENCE).text();
        master.awaitLine("all workers ready", PATIENCE);
        String booted =
                master.awaitLine("management interface on port \\d+", PATIENCE).text();
        int port = Integer.parseInt(listening.replaceFirst(".*://127.0.0.1:(\\d+).*", "$1"));
        assertThat(Http.get(port, "/orders").body()).isEqualTo("0 orders\n");
        await().atMost(PATIENCE).until(() -> pids(SCHEDULED).size() > 2);
        return Integer.parseInt(booted.replaceFirst(".* on port (\\d+):.*", "$1"));
    }

    private static long onlyWorker(RunningProcess master) {
        String line =
                master.awaitLine("worker 0 \\(pid \\d+\\) started", PATIENCE).text();
        return Long.parseLong(line.replaceFirst(".*\\(pid (\\d+)\\).*", "$1"));
    }

    private List<Long> pids(String part) throws IOException {
        Path file = traces.resolve(part);
        return Files.exists(file)
                ? Files.readAllLines(file).stream().map(Long::valueOf).toList()
                : List.of();
    }
}
