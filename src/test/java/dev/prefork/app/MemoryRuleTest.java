package dev.prefork.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.app.MemoryRule.Excess;
import dev.prefork.app.MemoryRule.Limit;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MemoryRuleTest {
    private static final Limit LIMIT = new Limit(1000, 0);

    private final Queue<Double> chances = new ArrayDeque<>();
    private final MemoryRule rule = new MemoryRule(() -> chances.isEmpty() ? 0 : chances.remove());

    private List<Excess> sample(long held) {
        return rule.sample(Map.of(7, held), LIMIT);
    }

    @Test
    void theThirdSampleInARowDecidesAndOnce() {
        assertThat(sample(1001)).isEmpty();
        assertThat(sample(1002)).isEmpty();
        assertThat(sample(1003)).containsExactly(new Excess(7, 1003, 1000));
        assertThat(sample(1004)).isEmpty();
    }

    @Test
    void aPeakIsForgiven() {
        for (int i = 0; i < 10; i++) {
            assertThat(sample(5000)).isEmpty();
            assertThat(sample(5000)).isEmpty();
            assertThat(sample(1000)).as("as much as is allowed").isEmpty();
        }
    }

    /** It was not ready in between, or its pid is another worker's by now. */
    @Test
    void oneThatWasMissingBeginsAnew() {
        sample(1001);
        sample(1001);
        assertThat(rule.sample(Map.of(), LIMIT)).isEmpty();
        assertThat(sample(1001)).isEmpty();
        assertThat(sample(1001)).isEmpty();
        assertThat(sample(1001)).hasSize(1);
    }

    @Test
    void jitterLowersEachWorkersLimitByAPartOfItsOwn() {
        chances.addAll(List.of(0.5, 0.25));
        Limit limit = new Limit(1000, 100);
        // One after the other, for chance to be given in that order.
        rule.sample(new TreeMap<>(Map.of(1, 951L)), limit);
        Map<Integer, Long> both = new TreeMap<>(Map.of(1, 951L, 2, 975L));
        rule.sample(both, limit);
        assertThat(rule.sample(both, limit)).containsExactly(new Excess(1, 951, 950));
        assertThat(rule.sample(both, limit)).as("the other may hold 975").isEmpty();
    }

    @Test
    void aLimitThatIsRaisedHoldsFromTheNextSampleOn() {
        sample(1500);
        sample(1500);
        assertThat(rule.sample(Map.of(7, 1500L), new Limit(2000, 0))).isEmpty();
    }
}
