package dev.prefork.metrics.meters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import org.junit.jupiter.api.Test;

class SaturationTest {
    private static final long SECOND = 1_000_000_000L;

    private final Saturation saturation = new Saturation();

    private void look(double seconds, double cpu, long waiting, int workers, double cores) {
        saturation.look((long) (seconds * SECOND), cpu, waiting, workers, cores);
    }

    @Test
    void nothingIsKnownAtFirst() {
        assertThat(saturation.ratio()).isZero();
        look(5, 100, 0, 2, 2);
        assertThat(saturation.cpu()).as("no second look").isZero();
    }

    @Test
    void cpuIsTheTimeTakenOfTheTimeGranted() {
        look(0, 10, 0, 2, 2);
        look(10, 15, 0, 2, 2);
        assertThat(saturation.cpu()).isEqualTo(5 / 20.0);
        assertThat(saturation.ratio()).isEqualTo(5 / 20.0);
    }

    @Test
    void cpuIsOneAtMostAndNeverNegative() {
        look(0, 10, 0, 2, 2);
        look(10, 100, 0, 2, 2);
        assertThat(saturation.cpu()).isEqualTo(1);
        look(12, 1, 0, 2, 2);
        assertThat(saturation.cpu()).isZero();
    }

    @Test
    void looksThatFollowTooCloselySayNothingNew() {
        look(0, 0, 0, 1, 1);
        look(10, 5, 0, 1, 1);
        for (int i = 0; i < 100_000; i++) {
            look(10 + i / 200_000.0, 5, 0, 1, 1);
        }
        assertThat(saturation.cpu()).isEqualTo(5 / 10.5, offset(0.001));

        Saturation young = new Saturation();
        young.look(0, 0, 0, 1, 1);
        young.look(SECOND / 2, 0.5, 0, 1, 1);
        assertThat(young.cpu()).isZero();
    }

    @Test
    void whatIsPastIsForgotten() {
        for (int second = 0; second <= 100; second++) {
            look(second, second, 0, 1, 1);
        }
        assertThat(saturation.cpu()).isEqualTo(1);
        for (int second = 101; second <= 200; second++) {
            look(second, 100, 0, 1, 1);
        }
        assertThat(saturation.cpu()).isZero();
    }

    @Test
    void aScrapeThatComesSeldomIsAnsweredForTheTimeSinceTheLast() {
        look(0, 0, 0, 1, 1);
        look(300, 300, 0, 1, 1);
        assertThat(saturation.cpu()).isEqualTo(1);
        look(600, 330, 0, 1, 1);
        assertThat(saturation.cpu()).isEqualTo(0.1);
    }

    @Test
    void workersThatHangWithAFullQueueAreSaturatedThoughTheyTakeNoTime() {
        look(0, 5, 0, 2, 2);
        look(10, 5, 31, 2, 2);
        assertThat(saturation.queue()).isEqualTo(31 / 32.0);
        look(20, 5, 32, 2, 2);
        assertThat(saturation.cpu()).isZero();
        assertThat(saturation.ratio()).isEqualTo(1);
        look(30, 5, 4000, 2, 2);
        assertThat(saturation.ratio()).isEqualTo(1);
    }

    @Test
    void noWorkersAndNoCoresAreNoReasonToDivideByZero() {
        look(0, 0, 0, 0, 0);
        look(10, 5, 0, 0, 0);
        assertThat(saturation.ratio()).isZero();
        look(10, 5, 8, 0, 0);
        assertThat(saturation.queue()).isEqualTo(0.5);
        look(10, 5, 0, 1, 1);
        assertThat(saturation.ratio()).isFinite();
    }

    @Test
    void aClockMayBeginBelowZeroAndPassIt() {
        long begin = Long.MAX_VALUE - 5 * SECOND;
        saturation.look(begin, 0, 0, 1, 1);
        saturation.look(begin + 10 * SECOND, 5, 0, 1, 1);
        assertThat(saturation.cpu()).isEqualTo(0.5);
    }
}
