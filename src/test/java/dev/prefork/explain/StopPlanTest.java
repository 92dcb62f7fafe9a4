package dev.prefork.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Options;
import dev.prefork.config.Places;
import dev.prefork.config.Settings;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StopPlanTest {
    @TempDir
    Path directory;

    @Test
    void drainDelayAndGracePeriodFollowEachOther() {
        StopPlan plan = plan("5s", "21s");

        assertThat(plan.moments())
                .extracting(StopPlan.Moment::when)
                .containsExactly("+0s", "+5s", "+15500ms", "+26s", "exit");
        assertThat(whats(plan).get(0)).contains("unready, but keeps serving");
        assertThat(whats(plan).get(1)).contains("new connections are dropped", "accept queue");
        assertThat(whats(plan).get(2)).contains("SIGTERM", "half of the grace period");
        assertThat(whats(plan).get(3)).contains("SIGKILL");
    }

    @Test
    void withoutADrainDelayNobodyServesOn() {
        StopPlan plan = plan("0s", "20s");

        assertThat(plan.moments())
                .extracting(StopPlan.Moment::when)
                .containsExactly("+0s", "+0s", "+10s", "+20s", "exit");
        assertThat(whats(plan).get(0)).doesNotContain("keeps serving");
    }

    @Test
    void withoutAListenerThereIsNoQueueToEmpty() {
        StopPlan plan = new StopPlan(new Places(directory)
                .option(Options.LISTEN, "none")
                .option(Options.DRAIN_DELAY, "5s")
                .load("node", "server.js"));

        assertThat(plan.moments()).extracting(StopPlan.Moment::when).containsExactly("+0s", "+5s", "+25s", "exit");
        assertThat(whats(plan)).noneMatch(what -> what.contains("queue")).anyMatch(what -> what.contains("SIGTERM"));
    }

    @Test
    void withoutAGracePeriodThereIsNoTimeForTheQueue() {
        assertThat(whats(plan("3s", "0s")))
                .hasSize(3)
                .element(1)
                .isEqualTo("workers get SIGTERM, and SIGKILL immediately after it");
    }

    @ParameterizedTest
    @CsvSource({"0s,20s,22", "5s,20s,27", "500ms,20s,23", "0s,0s,2"})
    void thePodNeedsTheSumAndTwoSecondsRoundedUp(String drain, String grace, long needed) {
        assertThat(plan(drain, grace).neededSeconds()).isEqualTo(needed);
        assertThat(plan(drain, grace).podNeeds())
                .isEqualTo("terminationGracePeriodSeconds of at least " + needed + ": drain delay " + drain
                        + " + grace period " + grace
                        + " + 2s to spare; this pod's value is not known; pass it with --pod-grace-period");
    }

    @Test
    void whatThePodGrantsIsSaidWhereItIsKnown() {
        Settings settings =
                new Places(directory).option(Options.POD_GRACE_PERIOD, "45s").load();

        assertThat(new StopPlan(settings).podNeeds()).endsWith("; this pod's is set to 45s");
    }

    @Test
    void noDurationIsTooLongForIt() {
        StopPlan plan = plan("106751d", "106751d");

        assertThat(plan.neededSeconds()).isPositive();
        assertThat(plan.moments()).hasSize(5);
    }

    private static List<String> whats(StopPlan plan) {
        return plan.moments().stream().map(StopPlan.Moment::what).toList();
    }

    private StopPlan plan(String drain, String grace) {
        return new StopPlan(new Places(directory)
                .option(Options.DRAIN_DELAY, drain)
                .option(Options.SHUTDOWN_GRACE_PERIOD, grace)
                .load());
    }
}
