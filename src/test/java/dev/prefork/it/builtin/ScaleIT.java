package dev.prefork.it.builtin;

import static dev.prefork.Waits.await;
import static dev.prefork.it.builtin.RunningMaster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.KeepAliveLoad;
import dev.prefork.it.LoadResult;
import dev.prefork.it.Processes;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TTIN and TTOU, with clients that keep their connections alive. */
class ScaleIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void oneMoreServesAndOneFewerLosesNobodyUnderLoad(Jdk jdk) throws IOException {
        RunningMaster master = RunningMaster.start(processes, jdk, "--workers", "1");
        Set<Long> first = master.awaitAnswersOf(1);
        master.process().signal("TTIN");
        master.process().awaitLine("scaling from 1 to 2 workers: SIGTTIN", PATIENCE);
        Set<Long> both = master.awaitAnswersOf(2);
        assertThat(both).containsAll(first);
        // It opens its doors before it says that it is ready.
        await().atMost(PATIENCE).until(() -> master.metric("prefork_worker_up{worker=\"1\"}") == 1);
        assertThat(master.metric("prefork_workers_desired")).isEqualTo(2);

        try (KeepAliveLoad load = KeepAliveLoad.start(master.port(), "/", 16).awaitAnswers(500)) {
            master.process().signal("TTOU");
            master.process().awaitLine("worker 1 \\(pid \\d+\\) stopping: scaling down", PATIENCE);
            master.process().awaitLine("worker 1 \\(pid \\d+\\) stopped after ", PATIENCE);
            LoadResult result = load.awaitAnswers(load.soFar().answered() + 500).stop();
            System.out.println("while one of two was taken away: " + result);
            assertThat(result.failures()).isEmpty();
            assertThat(result.refused()).isZero();
        }

        assertThat(master.awaitAnswersOf(1)).isEqualTo(first);
        await().atMost(PATIENCE).until(() -> master.metric("prefork_workers_desired") == 1);
        assertThat(master.metrics()).doesNotContain("prefork_worker_up{worker=\"1\"");
        assertThat(master.metric("prefork_worker_restarts_total{worker=\"0\"}")).isZero();
        assertThat(master.metric("prefork_recover_exits")).isZero();
        assertThat(master.probe("well").status()).isEqualTo(200);
        master.process().signal("TERM");
        assertThat(master.process().awaitExit(PATIENCE)).isZero();
    }
}
