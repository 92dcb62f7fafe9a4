package dev.prefork.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class AllowanceTest {
    private static final long SECOND = 1_000_000_000L;

    private final Allowance allowance = new Allowance(3, 2, 0);

    @Test
    void soManyMayHappenAtOnceAndNoMore() {
        assertThat(taken(10, 0)).isEqualTo(3);
    }

    @Test
    void afterThatSoManyPerSecond() {
        taken(10, 0);
        assertThat(taken(10, SECOND / 2 - 1)).isZero();
        assertThat(taken(10, SECOND / 2)).isEqualTo(1);
        long allowed = LongStream.range(0, 10_000)
                .map(i -> taken(1, SECOND + i * SECOND / 100))
                .sum();
        assertThat(allowed).as("in 100 seconds").isBetween(199L, 202L);
    }

    @Test
    void silenceSavesUpForOneBurstOnly() {
        taken(10, 0);
        assertThat(taken(10, 3600 * SECOND)).isEqualTo(3);
    }

    private long taken(int attempts, long now) {
        return LongStream.range(0, attempts).filter(i -> allowance.take(now)).count();
    }
}
