package dev.prefork.it.pod;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.Processes;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Hours of drain delay and grace, and those who do not wait for them. */
class DrainSignalsIT {
    private static final String HOURS = "--workers 2 --drain-delay 1h --shutdown-grace-period 1h";

    @RegisterExtension
    final Processes processes = new Processes();

    @ParameterizedTest
    @CsvSource({"TERM,TERM", "TERM,INT"})
    void aSecondSignalDuringTheDrainDelayKillsAtOnce(String first, String second) throws IOException {
        StartedMaster master = start(Jdks.running(), "--ignore-term");
        master.process().signal(first);
        master.process().awaitLine("draining: unready, but keeps serving for 3600.00 s", SOON);
        assertThat(master.awaitAnswersOf(2)).hasSize(2);

        assertThat(master.process().signalUntilExit(second, SOON)).isZero();
        master.process().awaitLines("worker \\d \\(pid \\d+\\) stopped after .* \\(killed because", 2, SOON);
        assertThat(master.process().family()).isEmpty();
        assertThat(master.process().stderr()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void anInterruptWaitsForNoLoadBalancerButForTheWorkers(Jdk jdk) {
        StartedMaster master = start(jdk);

        master.process().signal("INT");

        assertThat(master.process().awaitExit(SOON)).isZero();
        master.process().awaitLines("worker \\d \\(pid \\d+\\) stopped after .* \\(exit code 0\\)", 2, SOON);
        assertThat(master.process().stdout()).doesNotContain("keeps serving", "killed");
        assertThat(master.process().family()).isEmpty();
    }

    @Test
    void aSecondSignalAfterAnInterruptKillsAtOnceToo() {
        StartedMaster master = start(Jdks.running(), "--ignore-term");
        master.process().signal("INT");
        master.process().awaitLines("worker \\d \\(pid \\d+\\) stopping: ", 2, SOON);

        assertThat(master.process().signalUntilExit("TERM", SOON)).isZero();
        master.process().awaitLines("worker \\d \\(pid \\d+\\) stopped after .* \\(killed because", 2, SOON);
        assertThat(master.process().family()).isEmpty();
    }

    private StartedMaster start(Jdk jdk, String... ofWorker) {
        StartedMaster master = StartedMaster.of(processes
                .prefork(jdk, arguments(HOURS + " --listen 127.0.0.1:0", Scripts.worker(ofWorker)))
                .start());
        master.awaitReady().awaitAnswersOf(2);
        return master;
    }
}
