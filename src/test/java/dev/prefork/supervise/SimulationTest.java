package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.Ring;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random schedules against the invariants that {@link Simulation} names. {@code -Dprefork.schedules=N} sets how many,
 * which are ten times as many with {@code -Pfull}; a failure prints its seed, and {@code -Dprefork.seed=S} runs that one alone.
 */
class SimulationTest {
    private static final int SCHEDULES = Ring.rounds("prefork.schedules", 10_000, 100_000);

    /** A million of them take some minutes. */
    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void everyInvariantHoldsInEverySchedule() {
        Long only = Long.getLong("prefork.seed");
        if (only != null) {
            new Simulation(only).run();
            return;
        }
        int run = 0;
        for (long seed = 1; seed <= SCHEDULES; seed++) {
            try {
                new Simulation(seed).run();
                run++;
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
        assertThat(run).isEqualTo(SCHEDULES).isPositive();
    }

    @Test
    void theSameSeedIsTheSameSchedule() {
        for (long seed = 1; seed < 200; seed++) {
            assertThat(new Simulation(seed).run()).isEqualTo(new Simulation(seed).run());
        }
    }

    @Test
    void theSchedulesReachEveryOutcomeAndEveryCauseOfAnEnd() {
        Set<String> wanted = Set.of(
                "outcome=STOPPED",
                "outcome=NEVER_READY",
                "outcome=OVER_RECOVERY",
                "outcome=FAILED",
                "exit=exit code",
                "exit=SIGSEGV",
                "exit=start timeout",
                "exit=killed because it had not stopped",
                "exit=OOM-killed",
                "exit=watchdog",
                "WorkerHung",
                "SignalAdopted[",
                "WorkerStalled",
                "Dump[",
                "DrainBegan",
                "QueueEmptied[waiting=0",
                "reason=SCALE",
                "reason=RELOAD",
                "reason=RECYCLE",
                "reason=STANDBY",
                "StandbyReady",
                "StandbyTookOver",
                "StandbyAccepts",
                "TakeOver[",
                "instead=Optional.empty",
                "why=standby of an earlier version",
                "why=standby to be replaced",
                "WorkerAbandoned",
                "RolloutCompleted",
                "RolloutAborted",
                "RolloutSuperseded",
                "ReloadRefused",
                "reached its lifetime",
                "once it has served for",
                "that had asked to be replaced",
                "why=replaced by pid",
                "why=making room",
                "why=no longer needed",
                "why=its own checks were DOWN for too long",
                "why=scaling down",
                "ScaleRefused",
                "WorkerNotStarted",
                "RecoveryDelayed");
        Set<String> seen = new HashSet<>();
        for (long seed = 1; seed < 3000; seed++) {
            String trace = new Simulation(seed).run();
            wanted.stream().filter(trace::contains).forEach(seen::add);
        }

        assertThat(seen).containsExactlyInAnyOrderElementsOf(wanted);
    }

    @Test
    void aBrokenRuleIsCaught() {
        // The checks must be able to fail: in each of these worlds somebody lies, or a rule is reckoned wrongly.
        for (Flaw flaw : Flaw.values()) {
            if (flaw != Flaw.NONE) {
                assertThatThrownBy(() -> runSome(flaw)).as(flaw.name()).isInstanceOf(AssertionError.class);
            }
        }
    }

    private static void runSome(Flaw flaw) {
        for (long seed = 1; seed < 500; seed++) {
            new Simulation(seed, flaw).run();
        }
    }
}
