package dev.prefork.it.cli;

import static dev.prefork.it.command.StartedMaster.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.prefork.container.Readings;
import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.MemoryCgroup;
import dev.prefork.it.Processes;
import dev.prefork.it.ProgramUnderTest;
import dev.prefork.it.RunningProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code prefork explain} from the packaged jar. */
class ExplainIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void theCgroupItRunsInIsReadAndTheFlagsAreThoseThatWorkersGet(Jdk jdk) {
        try (MemoryCgroup cgroup = MemoryCgroup.limitedTo(1L << 30)) {
            RunningProcess explain = processes
                    .prefork(jdk, "explain", "--workers", "2", "--listen", "tcp4://127.0.0.1:0")
                    .inside(cgroup)
                    .start();

            assertThat(explain.awaitExit(SOON)).as(explain::dump).isZero();
            assertThat(explain.stderr()).as("no warning, on no JDK").isEmpty();
            assertThat(explain.stdout())
                    .contains("  memory limit    1 GiB\n")
                    .contains(cgroup.directory().getFileName().toString())
                    .containsPattern("\n  cgroups         (version [12]|hybrid \\(v1 and v2\\))\n")
                    .contains("  PID " + explain.pid())
                    // As MemoryLimitIT finds them in the command lines of workers.
                    .containsPattern(ProgramUnderTest.expect(
                            "JVM options for workers: -XX:ActiveProcessorCount=\\d+ -Xmx276m -XX:\\+UseSerialGC\\s+"
                                    + "-XX:MaxMetaspaceSize=156m",
                            "options for workers: -XX:ActiveProcessorCount=\\d+ -Xmx232m -Xmn64m"));
        }
    }

    @Test
    void aWorkersEnvironmentAndABusyPortDoNotMatter() throws IOException {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            RunningProcess explain = processes
                    .prefork(
                            Jdks.running(),
                            "explain",
                            "--listen",
                            "127.0.0.1:" + busy.getLocalPort(),
                            "--",
                            "sleep",
                            "1")
                    .env("PREFORK_CHILD", "1")
                    .env("PREFORK_SLOT", "0")
                    .env("LISTEN_FDS", "1")
                    .start();

            assertThat(explain.awaitExit(SOON)).as(explain::dump).isZero();
            assertThat(explain.stderr()).isEmpty();
            assertThat(explain.stdout())
                    .contains("127.0.0.1:" + busy.getLocalPort(), "  worker                 sleep 1\n")
                    .contains("\nSignals to the master\n");
        }
    }

    @Test
    void inAPodItSaysWhatAPodNeeds() {
        RunningProcess explain = processes
                .prefork(Jdks.running(), "explain", "--drain-delay", "15s")
                .env("KUBERNETES_SERVICE_HOST", "10.0.0.1")
                .env("PREFORK_POD_GRACE_PERIOD", "30")
                .start();

        assertThat(explain.awaitExit(SOON)).as(explain::dump).isZero();
        assertThat(explain.stdout())
                .contains("terminationGracePeriodSeconds of at least 37: drain delay 15s + grace period 20s")
                .contains("\nWarnings\n  - PREFORK_POD_GRACE_PERIOD=30 is too short for a drain delay of 15s");
    }

    @Test
    void withoutACpuLimitThePodsRequestDecides() {
        assumeTrue(Readings.read(Path.of("/"), Map.of()).cpuQuota().isEmpty(), "this container has a CPU limit");
        RunningProcess explain = processes
                .prefork(Jdks.running(), "explain", "--", "sleep", "1")
                .env("PREFORK_CPU_REQUEST", "500")
                .start();

        assertThat(explain.awaitExit(SOON)).as(explain::dump).isZero();
        assertThat(explain.stdout())
                .contains("\n  CPU request     0.5 cores\n")
                .contains("\n  1 worker: 0.5 cores requested (PREFORK_CPU_REQUEST), without a CPU limit,")
                .doesNotContain("unknown variable");
    }

    @Test
    void aRequestThatIsNoNumberIsAWarning() {
        RunningProcess explain = processes
                .prefork(Jdks.running(), "explain", "--", "sleep", "1")
                .env("PREFORK_CPU_REQUEST", "lots")
                .start();

        assertThat(explain.awaitExit(SOON)).as(explain::dump).isZero();
        assertThat(explain.stdout()).contains("  - PREFORK_CPU_REQUEST=lots is not a number of millicores");
    }
}
