package dev.prefork.it.builtin;

import static dev.prefork.Waits.await;
import static dev.prefork.it.builtin.RunningMaster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Answer;
import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.builtin.StandbyMaster.Worker;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A standby accepts nothing as long as all workers live, and serves when one has died, long before another could be booted. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class StandbyMasterIT {
    @RegisterExtension
    final Processes processes = new Processes();

    private StandbyMaster start(Jdk jdk, String... options) {
        return StandbyMaster.start(processes, jdk, options);
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void itServesWhenAWorkerIsKilledAndTheNextIsBootedBehindIt(Jdk jdk) throws IOException {
        StandbyMaster standbys = start(jdk, "--workers", "2", "--recover-threshold", "2");
        RunningMaster master = standbys.master();
        List<Worker> first = standbys.first(2);
        Worker standby = standbys.standby(1);
        assertThat(standby.number()).isEqualTo(2);
        assertThat(Proc.environment(standby.pid())).containsEntry("PREFORK_SLOT", "2");
        standbys.awaitMetric("prefork_workers{state=\"standby\"}", 1);
        assertThat(master.metric("prefork_workers{state=\"ready\"}")).isEqualTo(2);
        assertThat(master.metrics())
                .doesNotContain("prefork_worker_up{worker=\"2\"}")
                .doesNotContain("status=\"400\"");

        standbys.kill(first.get(0));
        standbys.awaitLine(standby + " takes over from " + first.get(0));
        standbys.awaitAnswerOf(standby, Set.of(first.get(0).pid()));
        assertThat(standbys.standbys()).as("the next is still being booted").isEqualTo(1);

        Worker next = standbys.standby(2);
        assertThat(next.number()).isEqualTo(3);
        standbys.awaitLine(next + " started as a standby");
        standbys.awaitMetric("prefork_workers{state=\"standby\"}", 1);
        standbys.awaitMetric("prefork_worker_up{worker=\"2\"}", 1);
        assertThat(master.metrics())
                .doesNotContain("prefork_worker_up{worker=\"0\"}")
                .doesNotContain("prefork_worker_up{worker=\"3\"}");
        assertThat(master.metric("prefork_recover_exits")).isEqualTo(1);
        assertThat(master.metric("prefork_worker_starts_total{reason=\"standby\"}"))
                .isEqualTo(2);
        assertThat(master.metric("prefork_worker_starts_total{reason=\"recover\"}"))
                .isZero();
        assertThat(master.probe("ready").status()).isEqualTo(200);
        standbys.stop();
    }

    /** All that serve stand still, so that a connection is the standby's if it takes any at all. */
    @Test
    void itAcceptsNothingBefore() throws IOException {
        StandbyMaster standbys = start(Jdks.running(), "--workers", "1");
        RunningMaster master = standbys.master();
        Worker worker = standbys.first(1).get(0);
        Worker standby = standbys.standby(1);
        Set<Long> answered = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            answered.add(RunningMaster.pid(master.get("/")));
        }
        assertThat(answered).containsExactly(worker.pid());
        int descriptors = Proc.fds(standby.pid()).size();
        Proc.freeze(worker.pid());

        CompletableFuture<Answer> waiting = CompletableFuture.supplyAsync(() -> get(master));
        await().atMost(PATIENCE).until(() -> queued(master) == 1);
        await().pollDelay(Duration.ofMillis(500)).until(() -> true);

        assertThat(waiting).isNotDone();
        assertThat(queued(master)).isEqualTo(1);
        assertThat(Proc.fds(standby.pid())).hasSize(descriptors);
        standbys.kill(worker);
        assertThat(RunningMaster.pid(waiting.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                        .join()))
                .isEqualTo(standby.pid());
        assertThat(standbys.standbys()).as("the next is still being booted").isEqualTo(1);
        standbys.stop();
    }

    private static Answer get(RunningMaster master) {
        try {
            return master.get("/");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static double queued(RunningMaster master) throws IOException {
        return master.metric("prefork_listener_queue{listener=\"http\"}");
    }

    @Test
    void theExitsCountAgainstTheThreshold() {
        StandbyMaster standbys = start(Jdks.running(), "--workers", "1", "--recover-threshold", "0");
        Worker standby = standbys.standby(1);

        standbys.kill(standbys.first(1).get(0));

        assertThat(standbys.master().process().awaitExit(PATIENCE)).isEqualTo(4);
        assertThat(standbys.lines("takes over")).isEmpty();
        assertThat(Proc.isAlive(standby.pid())).isFalse();
    }

    @Test
    void itsOwnDeathDoesNotCountAndAnotherIsBooted() throws IOException {
        StandbyMaster standbys = start(Jdks.running(), "--workers", "1", "--recover-threshold", "0");
        Worker killed = standbys.standby(1);

        standbys.kill(killed);

        Worker next = standbys.standby(2);
        assertThat(next.number()).isEqualTo(killed.number());
        assertThat(standbys.master().metric("prefork_recover_exits")).isZero();
        assertThat(standbys.master().metric("prefork_workers{state=\"ready\"}")).isEqualTo(1);
        assertThat(standbys.lines(killed.pid() + "\\) killed by SIGKILL")).hasSize(1);
        standbys.stop();
    }

    @Test
    void itEndsWithItsMaster() {
        StandbyMaster standbys = start(Jdks.running(), "--workers", "1");
        Worker standby = standbys.standby(1);

        standbys.master().process().signal("KILL");

        await().atMost(PATIENCE).until(() -> !Proc.isAlive(standby.pid()));
    }
}
