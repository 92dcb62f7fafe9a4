package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RecoverMeterTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void asManyAsTheThresholdAreAllowedAndOneMoreIsNot() {
        RecoverMeter meter = new RecoverMeter(() -> Duration.ofSeconds(60), () -> true);

        assertThat(meter.exceededBy(0, 2)).isFalse();
        assertThat(meter.exceededBy(1, 2)).isFalse();
        assertThat(meter.exceededBy(2, 2)).isTrue();
    }

    @Test
    void thresholdZeroAllowsNone() {
        assertThat(new RecoverMeter(() -> Duration.ofSeconds(60), () -> true).exceededBy(5, 0))
                .isTrue();
    }

    @Test
    void anExitLeavesTheWindowExactlyWhenItIsAsOldAsTheWindow() {
        RecoverMeter meter = new RecoverMeter(() -> Duration.ofSeconds(60), () -> true);
        meter.exceededBy(0, 5);

        assertThat(meter.count(60 * SECOND - 1)).isEqualTo(1);
        assertThat(meter.count(60 * SECOND)).isZero();
    }

    @Test
    void exitsThatLeftTheWindowNoLongerCount() {
        RecoverMeter meter = new RecoverMeter(() -> Duration.ofSeconds(60), () -> true);
        for (int minute = 0; minute < 100; minute++) {
            assertThat(meter.exceededBy(minute * 60 * SECOND, 1)).isFalse();
        }
    }

    @Test
    void aWindowOfZeroNeverForgets() {
        RecoverMeter meter = new RecoverMeter(() -> Duration.ZERO, () -> true);

        assertThat(meter.exceededBy(0, 1)).isFalse();
        assertThat(meter.nextChange()).isEqualTo(Long.MAX_VALUE);
        assertThat(meter.exceededBy(Duration.ofDays(365).toNanos(), 1)).isTrue();
    }

    @Test
    void saysWhenTheOldestExitLeaves() {
        RecoverMeter meter = new RecoverMeter(() -> Duration.ofSeconds(60), () -> true);
        meter.exceededBy(7, 5);
        meter.exceededBy(9, 5);

        assertThat(meter.nextChange()).isEqualTo(60 * SECOND + 7);
    }

    @Test
    void worksAcrossTheWrapOfTheClock() {
        RecoverMeter meter = new RecoverMeter(() -> Duration.ofSeconds(60), () -> true);
        long beforeWrap = Long.MAX_VALUE - SECOND;
        meter.exceededBy(beforeWrap, 0);

        assertThat(meter.count(beforeWrap + 59 * SECOND)).isEqualTo(1);
        assertThat(meter.count(beforeWrap + 60 * SECOND)).isZero();
    }

    @Test
    void untilItForgetsAllCount() {
        AtomicBoolean forgets = new AtomicBoolean();
        RecoverMeter meter = new RecoverMeter(() -> Duration.ofNanos(10), forgets::get);
        meter.exceededBy(0, 1);
        assertThat(meter.count(1000)).isEqualTo(1);
        assertThat(meter.nextChange()).isEqualTo(Long.MAX_VALUE);
        forgets.set(true);
        assertThat(meter.count(1000)).isZero();
    }
}
