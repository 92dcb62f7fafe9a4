package dev.prefork.it.builtin;

import static dev.prefork.it.builtin.RunningMaster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.Processes;
import dev.prefork.it.builtin.StandbyMaster.Worker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A Java program as the command: with Prefork as a dependency it can stand by, and without it is seen that it does not. */
class StandbyCommandIT {
    @RegisterExtension
    final Processes processes = new Processes();

    private final Jdk jdk = Jdks.running();

    @Test
    void aServerThatDoesNotKnowOfStandingByEndsTheStandbysAndNothingElse() throws Exception {
        Path classes = Path.of(PlainServer.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        StandbyMaster standbys = StandbyMaster.start(
                processes,
                jdk,
                "--workers",
                "2",
                "--dialect",
                "stdin",
                "--recover-threshold",
                "1",
                "--",
                jdk.java().toString(),
                "-cp",
                classes.toString(),
                PlainServer.class.getName());

        standbys.master()
                .process()
                .awaitLine(
                        "WARN +worker 2 \\(pid \\d+\\) accepts connections although it is to stand by: .*; no standby is"
                                + " started any more$",
                        PATIENCE);
        standbys.master().process().awaitLine("worker 2 \\(pid \\d+\\) stopped after", PATIENCE);
        standbys.awaitMetric("prefork_workers{state=\"standby\"}", 0);
        assertThat(standbys.master().metric("prefork_recover_exits")).isZero();
        Set<Long> serving = standbys.master().awaitAnswersOf(2);
        Worker killed = standbys.first(2).get(0);
        assertThat(serving).contains(killed.pid());

        standbys.kill(killed);

        standbys.awaitLine("started to replace pid " + killed.pid());
        standbys.awaitMetric("prefork_workers{state=\"ready\"}", 2);
        assertThat(standbys.master().awaitAnswersOf(2)).doesNotContain(killed.pid());
        assertThat(standbys.lines("started as a standby")).hasSize(1);
        assertThat(standbys.master().probe("ready").status()).isEqualTo(200);
        standbys.stop();
    }

    @Test
    void aQuarkusApplicationWithPreforkStandsByAndTakesOver() throws IOException {
        StandbyMaster standbys = StandbyMaster.start(
                processes,
                jdk,
                "--workers",
                "1",
                "--recover-threshold",
                "1",
                "--",
                jdk.java().toString(),
                "-jar",
                PackagedJar.path().toString());
        Worker first = standbys.first(1).get(0);
        Worker standby = standbys.standby(1);
        assertThat(RunningMaster.pid(standbys.master().get("/"))).isEqualTo(first.pid());

        standbys.kill(first);

        standbys.awaitLine(standby + " takes over from " + first);
        standbys.awaitAnswerOf(standby, Set.of(first.pid()));
        assertThat(standbys.standby(2).number()).isEqualTo(2);
        standbys.stop();
    }
}
