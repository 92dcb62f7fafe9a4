package dev.prefork.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Options;
import dev.prefork.config.Places;
import dev.prefork.container.Readings;
import dev.prefork.supervise.Policy;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplacementPlanTest {
    private static final long MIB = 1L << 20;

    @TempDir
    Path directory;

    private static Readings limit(OptionalLong bytes) {
        return new Readings(
                OptionalDouble.of(2), OptionalInt.empty(), OptionalInt.empty(), bytes, OptionalLong.of(65_536 * MIB));
    }

    private ReplacementPlan plan(Places places, OptionalLong bytes) {
        return new ReplacementPlan(places.load("java", "-jar", "app.jar"), limit(bytes));
    }

    private Places places() {
        return new Places(directory);
    }

    @Test
    void theNewOneComesFirst() {
        ReplacementPlan plan = plan(places(), OptionalLong.empty());

        assertThat(plan.rules().surge()).isEqualTo(1);
        assertThat(plan.rules().unavailable()).isZero();
        assertThat(plan.sentence()).isEqualTo("up to 1 worker more while workers are replaced");
    }

    @Test
    void withAMemoryLimitThatIsDecidedWhenItHappens() {
        ReplacementPlan plan = plan(places(), OptionalLong.of(800 * MIB));

        assertThat(plan.rules().pace()).isEqualTo(Policy.Pace.WITH_ROOM);
        assertThat(plan.sentence())
                .isEqualTo(
                        "up to 1 worker more while workers are replaced, if the memory limit leaves 256 MiB, or what a worker"
                                + " takes by then, if that is more; otherwise a worker stops before its replacement starts;"
                                + " --max-surge overrides it");
    }

    @Test
    void whatWasAskedForHolds() {
        ReplacementPlan plan = plan(
                places().option(Options.MAX_SURGE, "2")
                        .option(Options.MAX_UNAVAILABLE, "1")
                        .option(Options.SOAK, "10s"),
                OptionalLong.of(800 * MIB));

        assertThat(plan.rules().surge()).isEqualTo(2);
        assertThat(plan.rules().unavailable()).isEqualTo(1);
        assertThat(plan.rules().pace().asksForRoom()).isFalse();
        assertThat(plan.rules().soak()).hasSeconds(10);
        assertThat(plan.sentence())
                .isEqualTo(
                        "up to 2 workers more while workers are replaced, and up to 1 worker fewer ready; in a reload the"
                                + " others follow when the first has served for 10s");
    }
}
