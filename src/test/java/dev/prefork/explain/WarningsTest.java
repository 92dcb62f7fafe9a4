package dev.prefork.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Options;
import dev.prefork.config.Places;
import dev.prefork.config.Settings;
import dev.prefork.container.CgroupSource;
import dev.prefork.container.OomRegime;
import dev.prefork.container.Readings;
import dev.prefork.os.Built;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each caution where it belongs, and silence where it does not. */
class WarningsTest {
    private static final Map<String, String> KUBERNETES = Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1");

    private static final List<String> STARTED = List.of("java", "-jar", "/app/quarkus-run.jar");

    @TempDir
    Path directory;

    private Path root;
    private Places places;

    @BeforeEach
    void aMachineThatHasAllThatIsNeeded() throws IOException {
        root = directory.resolve("root");
        Files.createDirectories(root.resolve("bin"));
        assertThat(Files.createFile(root.resolve("bin/sh")).toFile().setExecutable(true))
                .isTrue();
        somaxconn(4096);
        places = new Places(directory);
    }

    @Test
    void thereIsNothingToSayOfTheDefaults() {
        assertThat(lines()).isEmpty();
    }

    @Test
    void withoutAListenerOnlySeveralWorkersAreWorthAWord() throws IOException {
        somaxconn(16);
        Files.delete(root.resolve("bin/sh"));
        Settings one = places.option(Options.LISTEN, "none").load("server");
        Settings two = places.option(Options.WORKERS, "2").load("server");
        Readings many = readings(8, 16 << 10);

        assertThat(lines(one, many)).isEmpty();
        assertThat(lines(two, many))
                .containsExactly("with --listen none 2 workers bind their own ports: only one can have a port, unless"
                        + " each takes one of its own (from PREFORK_SLOT) or sets SO_REUSEPORT");
    }

    private List<String> lines(Settings settings, Readings readings) {
        return new Warnings(new Plan(settings, readings, Map.of()), root, Built.FOR_JVM, STARTED).lines();
    }

    @Test
    void whatTheSettingsWarnOfComesFirst() {
        places.variable("PREFORK_WORKRS", "3").option(Options.POD_GRACE_PERIOD, "10s");

        assertThat(lines()).hasSize(2).satisfies(lines -> {
            assertThat(lines.get(0)).startsWith("unknown variable PREFORK_WORKRS ");
            assertThat(lines.get(1)).startsWith("--pod-grace-period 10s is too short for ");
        });
    }

    @Test
    void inKubernetesTheDrainDelayAndThePodsGracePeriodMatter() {
        assertThat(lines(readings(2, 1 << 10), KUBERNETES))
                .containsExactly(
                        "the pod's grace period is unknown, and a stop may take 22s: set terminationGracePeriodSeconds"
                                + " to 22 or more, and PREFORK_POD_GRACE_PERIOD to the same",
                        "no drain delay is set, and requests may still arrive after SIGTERM, which would be refused:"
                                + " set --drain-delay to about 5s");

        places.option(Options.DRAIN_DELAY, "5s").option(Options.POD_GRACE_PERIOD, "27s");
        assertThat(lines(readings(2, 1 << 10), KUBERNETES)).isEmpty();
    }

    @Test
    void whatKubernetesDoesNotGrantByDefaultIsSaidEverywhere() {
        places.option(Options.DRAIN_DELAY, "10s");

        assertThat(lines())
                .containsExactly("the pod's grace period is unknown, and a stop may take 32s, more than the 30s that"
                        + " Kubernetes grants by default: set terminationGracePeriodSeconds to 32 or more, and"
                        + " PREFORK_POD_GRACE_PERIOD to the same");
    }

    @Test
    void memoryThatCarriesFewerThanThereAreCoresForIsNamed() {
        assertThat(lines(readings(8, 600), Map.of()))
                .containsExactly("memory allows only 2 of the 8 workers that the cores allow: raise the memory"
                        + " limit, or set --workers if more fit");
    }

    @Test
    void memoryThatIsShortEvenForOneWorkerIsNamed() {
        assertThat(lines(readings(1, 300), Map.of()))
                .containsExactly("not enough memory even for one worker: 300 MiB, and 352 MiB are needed for the"
                        + " master and one worker; raise the memory limit");
    }

    @Test
    void moreWorkersThanAutoWouldStartAreNamed() {
        places.option(Options.WORKERS, "3");

        assertThat(lines())
                .containsExactly(
                        "more workers are configured than --workers auto would start: 2 workers: 2 cores by the"
                                + " CPU quota; memory limit 1 GiB carries 4");
        places.option(Options.WORKERS, "2");
        assertThat(lines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1,1,false", "2,1,false", "2,2,true"})
    void aPodThatNeedsEveryWorkerIsNamed(String workers, String minReady, boolean named) {
        places.option(Options.WORKERS, workers).option(Options.MIN_READY, minReady);

        List<String> expected = List.of("the pod needs all of its 2 workers to be ready, so a single crash makes it"
                + " unready: lower --min-ready");
        assertThat(lines()).isEqualTo(named ? expected : List.of());
    }

    @Test
    void workersThatMayHoldMoreTogetherThanThereIsAreNamed() {
        places.option(Options.MAX_MEMORY, "50%").option(Options.WORKERS, "1");
        assertThat(lines(places.load("server"), readings(8, 1024)))
                .containsExactly(
                        "50% of memory for each of 1 worker, one more while one is replaced, and 128 MiB for the"
                                + " master are more than the 1024 MiB there are, so workers may be OOM-killed before they are"
                                + " replaced: lower --max-memory to 448 MiB or less, or raise the memory limit");

        places.option(Options.MAX_MEMORY, "448Mi");
        assertThat(lines(places.load("server"), readings(8, 1024))).isEmpty();
    }

    @Test
    void theWatchdogOfACommandIsNamedAndThatOfBuiltInWorkersIsNot() {
        places.option(Options.WATCHDOG, "5s");

        assertThat(lines()).isEmpty();
        assertThat(lines("gunicorn"))
                .containsExactly("the watchdog is on, and it is unknown whether COMMAND sends WATCHDOG=1: if it does"
                        + " not, it counts as hung while connections wait and it accepts none, so give a time above"
                        + " its slowest call");
    }

    @ParameterizedTest
    @CsvSource({"auto,0.0.0.0:8080,true", "accept,0.0.0.0:8080,true", "notify,0.0.0.0:8080,false", "auto,none,false"})
    void aCommandThatBindsItsOwnPortIsNamedWhereUsingTheListenersMakesItReady(
            String ready, String listen, boolean named) {
        places.option(Options.READY, ready).option(Options.LISTEN, listen).option(Options.WORKERS, "1");

        assertThat(lines("npm", "start").stream().filter(line -> line.startsWith("npm passes no descriptor on")))
                .hasSize(named ? 1 : 0);
    }

    @Test
    void aSocketForEachWorkerFixesTheirNumber() {
        places.option(Options.REUSE_PORT, "true");

        assertThat(lines())
                .containsExactly(
                        "with --reuse-port the number of workers is fixed: TTIN, TTOU and changed limits do not"
                                + " change it");
    }

    @ParameterizedTest
    @CsvSource({"WHOLE_CONTAINER,true", "NO_KILL,true", "ONE_PROCESS,false", "UNKNOWN,false"})
    void anOomKillThatEndsMoreOrLessThanAWorkerIsNamed(OomRegime regime, boolean named) {
        Readings some = readings(2, 1 << 10);
        Readings readings = new Readings(
                some.cpu(), some.memoryReadings(), new CgroupSource(CgroupSource.Layout.V2, List.of()), regime);

        assertThat(lines(readings, Map.of())).isEqualTo(named ? List.of(regime.explanation()) : List.of());
    }

    @Test
    void aMissingShellIsNamed() throws IOException {
        Files.delete(root.resolve("bin/sh"));

        assertThat(lines())
                .singleElement()
                .asString()
                .startsWith("there is no /bin/sh, so LISTEN_PID is not set for workers;");
    }

    @Test
    void aNativeExecutableDoesWithoutAShell() throws IOException {
        Files.delete(root.resolve("bin/sh"));

        for (String[] command : List.of(new String[0], new String[] {"gunicorn"}, new String[] {"java"})) {
            assertThat(new Warnings(
                                    new Plan(places.load(command), readings(2, 1 << 10), Map.of()),
                                    root,
                                    Built.NATIVELY,
                                    STARTED)
                            .lines())
                    .isEmpty();
        }
    }

    @Test
    void optionsThatWorkersDoNotGetAreNamed() {
        Plan plan = new Plan(places.load(), readings(2, 1 << 10), Map.of());

        assertThat(new Warnings(plan, root, Built.FOR_JVM, List.of("java", "-Xmx9m", "-jar", "a.jar")).lines())
                .singleElement()
                .asString()
                .contains("not passed to workers: -Xmx9m;");
    }

    @Test
    void aBacklogThatIsCappedIsNamed() throws IOException {
        somaxconn(128);

        assertThat(lines())
                .singleElement()
                .asString()
                .startsWith("backlog 4096 is capped at 128 by net.core.somaxconn");
    }

    private List<String> lines(String... command) {
        return new Warnings(
                        new Plan(places.load(command), readings(2, 1 << 10), Map.of()), root, Built.FOR_JVM, STARTED)
                .lines();
    }

    private List<String> lines(Readings readings, Map<String, String> environment) {
        return new Warnings(new Plan(places.load(), readings, environment), root, Built.FOR_JVM, STARTED).lines();
    }

    private static Readings readings(double cores, long mebibytes) {
        return new Readings(
                OptionalDouble.of(cores),
                OptionalInt.empty(),
                OptionalInt.of(16),
                OptionalLong.of(mebibytes << 20),
                OptionalLong.of(1L << 34));
    }

    private void somaxconn(int cap) throws IOException {
        Path file = root.resolve("proc/sys/net/core/somaxconn");
        Files.createDirectories(file.getParent());
        Files.writeString(file, cap + "\n");
    }
}
