package dev.prefork.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Option;
import dev.prefork.config.OptionEntries;
import dev.prefork.config.Options;
import dev.prefork.config.Places;
import dev.prefork.config.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verb {@code explain}: the report about a made-up container, and the whole verb about the one we are in. */
class ExplainTest {
    @TempDir
    Path directory;

    private Path root;
    private Places places;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void aContainerOfVersion2() throws IOException {
        root = directory.resolve("root");
        places = new Places(directory).variable("PATH", "/usr/bin:/bin");
        write("proc/self/cgroup", "0::/\n");
        write("proc/self/mountinfo", "30 20 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup rw\n");
        write("proc/self/status", "Cpus_allowed_list:\t0-7\n");
        write("proc/self/oom_score_adj", "-997\n");
        write("proc/meminfo", "MemTotal: 16777216 kB\n");
        write("proc/1/comm", "tini\n");
        write("proc/sys/net/core/somaxconn", "4096\n");
        write("sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
        write("sys/fs/cgroup/cpu.max", "250000 100000\n");
        write("sys/fs/cgroup/memory.max", "1073741824\n");
        write("sys/fs/cgroup/memory.oom.group", "1\n");
        Files.createDirectories(root.resolve("bin"));
        assertThat(Files.createFile(root.resolve("bin/sh")).toFile().setExecutable(true))
                .isTrue();
    }

    @Test
    void everySectionIsThereInItsOrder() {
        assertThat(report(Map.of()).lines().filter(line -> line.matches("\\S.*")))
                .containsExactly(
                        "Settings and their origins",
                        "Limits of this container",
                        "Sizes",
                        "Shutdown timeline after SIGTERM, latest times",
                        "Signals to the master",
                        "Warnings");
    }

    @Test
    void theSettingsAreThoseOfCheck() {
        Settings settings = load(Map.of(Options.BACKLOG, List.of("7")));

        assertThat(explain(settings, Map.of(), 1))
                .contains(CheckReport.table(settings))
                .contains("\n  backlog                7                         --backlog\n");
    }

    @Test
    void everyOptionHasItsLineWithItsDefault() {
        OptionEntries.assertComplete(report(Map.of()), CheckReportTest::line);
    }

    @Test
    void theLimitsAreWhatTheKernelSays() {
        assertThat(report(Map.of()))
                .contains("\n  cgroups         version 2\n")
                .contains("\n  CPU quota       2.5 cores\n")
                .contains("\n  memory limit    1 GiB\n")
                .contains("\n  out of memory   an OOM kill ends the whole container at once")
                .contains("\n  preference      oom_score_adj -997 for the master and -697 for workers");
    }

    @Test
    void theSizesFollowFromThem() {
        assertThat(report(Map.of()))
                .contains("\n  2 workers: 2.5 cores by the CPU quota, 2 whole; memory limit 1 GiB carries 4\n")
                .contains("\n  each worker: 1 core, heap 276 MiB of 432 MiB")
                .contains("\n  JVM options for workers: -XX:ActiveProcessorCount=1")
                .contains("\n  workers start one after the other, the next when one is ready or after 3 s\n")
                .contains("\n  recover threshold 1: ");
    }

    @Test
    void theStopAndTheSignalsAreTheMasters() {
        assertThat(report(Map.of(Options.DRAIN_DELAY, List.of("5s"))))
                .contains("\n  +5s             new connections are dropped")
                .contains("\n  +25s            SIGKILL")
                .contains("terminationGracePeriodSeconds of at least 27: ")
                .contains(HelpText.SIGNALS);
    }

    @Test
    void whoeverWouldBePid1IsTold() {
        Settings settings = load(Map.of());

        assertThat(explain(settings, Map.of(), 1)).contains("\n  process         PID 1, as a master");
        assertThat(explain(settings, Map.of(), 42)).contains("\n  process         PID 42, and PID 1 is tini;");
    }

    @Test
    void warningsAreItemsAndTheirAbsenceIsSaid() throws IOException {
        assertThat(report(Map.of())).contains("\nWarnings\n  - an OOM kill ends the whole container at once");

        write("sys/fs/cgroup/memory.oom.group", "0\n");
        assertThat(report(Map.of())).endsWith("\n\nNo warnings.\n");
    }

    @Test
    void inKubernetesMoreIsSaid() {
        assertThat(explain(load(Map.of()), Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1"), 1))
                .contains("\n  - no drain delay is set, and requests may still arrive after SIGTERM");
    }

    @Test
    void itFitsATerminalOf100Columns() {
        String report = explain(
                load(Map.of(Options.WORKERS, List.of("9"), Options.MIN_READY, List.of("9"))),
                Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1"),
                4711);

        assertThat(report.lines()).allSatisfy(line -> assertThat(line).doesNotContain("\t"));
        // Paths are never broken, and the one of this JVM's libraries may be longer.
        assertThat(report.lines().filter(line -> !line.contains("java.library.path")))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }

    @Test
    void theWholeVerbShowsThisVeryMachineAndBindsNothing() {
        places.variable("PREFORK_WORKRS", "3");

        assertThat(run("explain", "--workers", "1", "--listen", "127.0.0.1:1", "--", "sh", "-c", "a\nb"))
                .isZero();

        assertThat(err()).isEmpty();
        assertThat(out())
                .contains("  worker                 sh -c a?b\n")
                .contains("\n  1 worker, as configured\n")
                .contains("PID " + ProcessHandle.current().pid())
                .contains("  - unknown variable PREFORK_WORKRS has no effect");
    }

    @Test
    void whatIsWrongIsOneLineAsForCheck() {
        for (String[] wrong : List.of(
                new String[] {"explain", "--", "no-such-program"},
                new String[] {"explain", "--backlog", "0"},
                new String[] {"explain", "--min-ready", "100000"})) {
            out.reset();
            err.reset();
            assertThat(run(wrong)).isEqualTo(2);
            assertThat(out()).isEmpty();
            assertThat(err()).startsWith("prefork: ").hasLineCount(1);
        }
    }

    private String report(Map<Option<?>, List<String>> options) {
        return explain(load(options), Map.of(), 1);
    }

    private String explain(Settings settings, Map<String, String> environment, long pid) {
        return ExplainReport.of(settings, environment, root, pid, List.of("prefork"));
    }

    private Settings load(Map<Option<?>, List<String>> options) {
        return Settings.load(options, List.of(), places.sources());
    }

    private int run(String... arguments) {
        Cli cli = new Cli(
                (settings, passed) -> {
                    throw new AssertionError("no master was asked for");
                },
                places::sources,
                line -> {});
        return cli.execute(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                arguments);
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
