package dev.prefork.it.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.MemoryCgroup;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.ProgramUnderTest;
import dev.prefork.it.RunningProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A whole master inside a real cgroup with a memory limit. */
class MemoryLimitIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @RegisterExtension
    final Processes processes = new Processes();

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void workersGetTheirSharesOfItAndBecomeReady(Jdk jdk) {
        try (MemoryCgroup cgroup = MemoryCgroup.limitedTo(1L << 30)) {
            RunningProcess master = processes
                    .prefork(jdk, "--workers", "2", "--listen", "tcp4://127.0.0.1:0")
                    .inside(cgroup)
                    .start();
            master.awaitLine("all workers ready", PATIENCE);

            List<Long> workers = master.children();
            assertThat(workers).hasSize(2);
            for (long worker : workers) {
                // (1024 - 160) / 2 = 432; three quarters of 368 are 276; 156 are left.
                // Natively (1024 - 64) / 2 = 480; half of 464 is 232.
                assertThat(Proc.commandLine(worker))
                        .containsAll(ProgramUnderTest.expect(
                                List.of("-Xmx276m", "-XX:+UseSerialGC", "-XX:MaxMetaspaceSize=156m"),
                                List.of("-Xmx232m", "-Xmn64m")));
            }
            assertThat(cgroup.processes()).contains(master.pid()).containsAll(workers);
            assertThat(cgroup.oomKills()).isZero();

            master.signal("TERM");
            assertThat(master.awaitExit(PATIENCE)).isZero();
        }
    }

    /** Workers are worth more than what makes their successors start sooner. */
    @Test
    void oneThatLeavesTooLittleCostsTheBootCacheAndNoProcess(@TempDir Path place) throws IOException {
        try (MemoryCgroup cgroup = MemoryCgroup.limitedTo(400L << 20)) {
            CacheMaster master =
                    CacheMaster.of(RunningMaster.launch(processes, Jdks.running(), CacheMaster.options(place))
                            .inside(cgroup));
            String line = master.master()
                    .process()
                    .awaitLine(CacheMaster.GIVEN_UP, PATIENCE)
                    .text();
            assertThat(line)
                    .containsPattern("WARN .*: to make it takes 320 MiB for some seconds, and the memory limit leaves"
                            + " \\d{1,3} MiB; raise the limit, or set --boot-cache off$");
            CacheMaster.awaitFiles(place);
            assertThat(RunningMaster.pid(master.master().get("/"))).isEqualTo(master.worker());
            master.assertPlain(master.replace());
            assertThat(master.lines("no boot cache")).hasSize(1);
            assertThat(cgroup.oomKills()).isZero();
            master.stop();
        }
    }
}
