package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodGraceTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"32,10,20,true", "31,10,20,false", "30,0,20,true", "2,0,0,true", "1,0,0,false"})
    void theSumAndTwoSecondsMustFit(int granted, int drain, int grace, boolean fits) {
        assertThat(PodGrace.warning(Duration.ofSeconds(granted), Duration.ofSeconds(drain), Duration.ofSeconds(grace))
                        .isEmpty())
                .isEqualTo(fits);
    }

    @Test
    void theWarningNamesBothSidesAndWhatToSet() {
        Settings settings = new Places(directory)
                .option(Setting.DRAIN_DELAY, "10500ms")
                .variable("PREFORK_POD_GRACE_PERIOD", "30")
                .load();

        assertThat(settings.warnings())
                .containsExactly(
                        "PREFORK_POD_GRACE_PERIOD=30 is too short for a drain delay of 10500ms and a shutdown grace"
                                + " period of 20s, with 2s to spare: the kubelet would kill the pod before it has stopped; set"
                                + " terminationGracePeriodSeconds to 33 or more, or shorten the others");
    }

    @Test
    void withoutItThereIsNothingToWarnOf() {
        assertThat(new Places(directory)
                        .option(Setting.DRAIN_DELAY, "1h")
                        .load()
                        .warnings())
                .isEmpty();
    }

    @Test
    void durationsThatNoSumHoldsAreTheLongestThereIs() {
        Duration longest = Duration.ofNanos(Long.MAX_VALUE);

        assertThat(PodGrace.needed(longest, longest)).isEqualTo(longest);
        assertThat(PodGrace.warning(Duration.ofSeconds(30), longest, longest)).isPresent();
    }
}
