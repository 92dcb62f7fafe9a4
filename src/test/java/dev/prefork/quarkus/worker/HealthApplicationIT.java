package dev.prefork.quarkus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.FullRing;
import dev.prefork.it.Launch;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An application with checks of its own: its workers run them, and its master, which has the same beans, does not. */
@FullRing("it builds an application with Maven")
@Timeout(600)
class HealthApplicationIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Path SOURCES = Path.of("src/it/health-app");
    private static final String DOWN = "database connection: refused";

    private static Path application;

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path checks;

    /** How the application comes to be below a master. */
    enum Way {
        /** Its own jar is the entrypoint. */
        ENTRYPOINT,
        /** As a command of Prefork's jar. */
        COMMAND
    }

    @BeforeAll
    @Timeout(900)
    static void build() {
        application = SecondApplication.build(SOURCES, "health", "-Dquarkus.package.main-class=prefork");
    }

    private RunningProcess launch(Way way, String... options) {
        String java = ProcessHandle.current().info().command().orElseThrow();
        List<String> run = List.of(java, "-Xmx128m", "-jar", application.toString());
        Path master = way == Way.ENTRYPOINT ? application : PackagedJar.path();
        List<String> command = new ArrayList<>(
                List.of(java, "-Dquarkus.management.port=0", "-jar", master.toString(), "--listen=127.0.0.1:0"));
        command.add("--workers=2");
        command.addAll(List.of(options));
        if (way == Way.COMMAND) {
            command.add("--");
            command.addAll(run);
        }
        Launch launch = processes.command(command.toArray(String[]::new));
        return launch.env("CHECKS", checks.toString()).start();
    }

    private StartedMaster start(Way way, String... options) {
        return StartedMaster.of(launch(way, options)).awaitReady();
    }

    private void make(String file) throws IOException {
        Files.createFile(checks.resolve(file));
    }

    private void remove(String file) throws IOException {
        Files.delete(checks.resolve(file));
    }

    private Set<Long> callers() throws IOException {
        return new TreeSet<>(Files.readAllLines(checks.resolve("callers")).stream()
                .map(Long::valueOf)
                .toList());
    }

    private static void await(ThrowingRunnable expected) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(expected);
    }

    @ParameterizedTest
    @EnumSource
    void readinessIsThatOfTheWorkersAndTheMastersOwnBeansAreNotAsked(Way way) throws IOException {
        StartedMaster master = start(way, "--min-ready=2");
        long first = master.workerPid(0);
        long second = master.workerPid(1);

        make("database-1");
        await(() -> assertThat(master.isReady()).isFalse());
        assertThat(master.probe("well").body()).contains("worker 1: " + DOWN).doesNotContain("worker 0: ");
        assertThat(master.metrics()).contains("prefork_workers{state=\"ready\"} 1");
        assertThat(master.probe("started").status()).isEqualTo(200);
        assertThat(master.probe("live").status()).isEqualTo(200);

        make("database");
        await(() -> assertThat(master.probe("well").body()).contains("worker 0: " + DOWN, "worker 1: " + DOWN));
        assertThat(master.isReady()).isFalse();
        assertThat(master.get("/")).as("they go on serving").startsWith("pid ");

        remove("database-1");
        remove("database");
        await(() -> assertThat(master.isReady()).isTrue());
        assertThat(master.probe("well").status()).isEqualTo(200);
        assertThat(master.workerPid(0)).as("no worker was replaced").isEqualTo(first);
        assertThat(master.workerPid(1)).isEqualTo(second);
        // All of them, which would include those of the application.
        assertThat(master.probe("").body()).contains("prefork-loop").doesNotContain("database connection");
        assertThat(callers())
                .containsExactlyInAnyOrder(first, second)
                .doesNotContain(master.process().pid());
        assertThat(master.process().output())
                .filteredOn(line -> line.text()
                        .matches(".*WARN +worker 1 \\(pid \\d+\\) is not ready: its own checks are DOWN: " + DOWN))
                .hasSize(1);
        master.stop();
        assertThat(master.process().output())
                .as("that a worker is DOWN while it stops is no news")
                .noneMatch(line -> line.text().contains("Graceful Shutdown"));
    }

    @Test
    void aPodWhoseDatabaseIsAwayStartsAndWaitsForIt() throws IOException {
        make("database");
        StartedMaster master = StartedMaster.of(launch(Way.ENTRYPOINT, "--start-timeout=30s"));
        await(() -> assertThat(master.probe("started").status()).isEqualTo(200));
        assertThat(master.isReady()).isFalse();
        assertThat(master.probe("ready").body()).contains("worker 0: " + DOWN, "worker 1: " + DOWN);

        remove("database");
        master.awaitReady();
        assertThat(master.process().output()).noneMatch(line -> line.text().contains("stopping"));
    }

    @Test
    void aStartupCheckHoldsAWorkerBack() throws IOException {
        make("cache-1");
        StartedMaster master = StartedMaster.of(launch(Way.ENTRYPOINT)).awaitReady();
        await(() -> assertThat(master.probe("well").body()).contains("worker 1: cache: refused"));
        assertThat(master.probe("started").status()).isEqualTo(503);

        remove("cache-1");
        await(() -> assertThat(master.probe("well").status()).isEqualTo(200));
        assertThat(master.probe("started").status()).isEqualTo(200);
    }

    @Test
    void aReloadWaitsForReadinessAndIsAbortedWithoutIt() throws IOException {
        StartedMaster master = start(Way.ENTRYPOINT, "--start-timeout=40s");
        make("database-0");
        await(() -> assertThat(master.probe("well").body()).contains("worker 0: " + DOWN));
        master.process().signal("HUP");
        String aborted =
                master.process().awaitLine("reload aborted, ", PATIENCE).text();
        assertThat(aborted).contains("was DOWN by its own checks").contains(DOWN);
        assertThat(master.isReady()).as("worker 1 serves on").isTrue();

        remove("database-0");
        await(() -> assertThat(master.metrics()).contains("prefork_workers{state=\"ready\"} 2"));
        master.process().signal("HUP");
        master.awaitReload(1);
    }

    @Test
    void aDeadWorkerIsReplacedTheNewOneFirst() throws IOException {
        StartedMaster master = start(Way.ENTRYPOINT);
        long dead = master.workerPid(0);
        make("deadlock-0");
        master.process().awaitLine("worker 0 \\(pid " + dead + "\\).*asked for that", PATIENCE);
        remove("deadlock-0");
        master.process().awaitLine("worker 0 \\(pid " + dead + "\\) stopped", PATIENCE);
        await(() -> assertThat(master.probe("ready").body()).contains("\"workers-ready\": 2"));
        assertThat(master.workerPid(0)).isNotEqualTo(dead);
        assertThat(master.process().output()).anyMatch(line -> line.text().contains("liveness was DOWN 3 times"));
    }
}
