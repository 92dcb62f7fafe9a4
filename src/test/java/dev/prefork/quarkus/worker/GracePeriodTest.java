package dev.prefork.quarkus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GracePeriodTest {
    @Test
    void withoutAWordFromTheMasterItIsTheDefaults() {
        assertThat(GracePeriod.of(Map.of())).isEqualTo(Duration.ofMillis(18_000));
    }

    @ParameterizedTest
    @CsvSource({"10s,PT9S", "1m,PT54S", "500ms,PT0.45S", "30,PT27S", "PT5S,PT4.5S", "' 10s ',PT9S"})
    void aTenthOfWhatTheMasterGrantsIsLeftForTheWayOut(String granted, Duration expected) {
        assertThat(of(granted)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "0s", "-5s", "10 seconds"})
    void whatIsNoDurationIsTheDefault(String granted) {
        assertThat(of(granted)).isEqualTo(Duration.ofMillis(18_000));
    }

    @Test
    void noConnectionIsLingeredForLongerThanATenth() {
        assertThat(GracePeriod.lastRequests(Map.of())).isEqualTo(Duration.ofMillis(500));
        assertThat(GracePeriod.lastRequests(Map.of("PREFORK_SHUTDOWN_GRACE_PERIOD", "1s")))
                .isEqualTo(Duration.ofMillis(100));
    }

    private static Duration of(String granted) {
        return GracePeriod.of(Map.of("PREFORK_SHUTDOWN_GRACE_PERIOD", granted));
    }
}
