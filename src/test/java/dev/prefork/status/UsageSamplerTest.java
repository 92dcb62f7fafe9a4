package dev.prefork.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.procfs.Figures;
import dev.prefork.procfs.Halt;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UsageSamplerTest {
    private static final long SECOND = 1_000_000_000L;

    private final Map<Integer, Figures> figures = new HashMap<>();
    private final Map<Integer, Double> requests = new HashMap<>();
    private final Map<Integer, Halt> halts = new HashMap<>();
    private int looks;
    private final UsageSampler sampler = new UsageSampler(
            pids -> {
                looks++;
                Map<Integer, Figures> found = new HashMap<>(figures);
                found.keySet().retainAll(pids);
                return found;
            },
            () -> Map.copyOf(requests),
            pids -> Map.copyOf(halts));

    private void uses(int pid, double cpuSeconds, double answered) {
        figures.put(pid, new Figures(cpuSeconds, 1 << 20, OptionalInt.of(7), 3));
        requests.put(pid, answered);
    }

    @Test
    void ratesNeedTwoLooks() {
        uses(100, 5, 1000);
        Usage first = sampler.look(Set.of(100), 10 * SECOND).get(100);
        assertThat(first.figures().residentBytes()).isEqualTo(1 << 20);
        assertThat(first.cores()).isEmpty();
        assertThat(first.requestsPerSecond()).isEmpty();
        assertThat(first.requestsShare()).isEmpty();

        uses(100, 6, 1400);
        Usage second = sampler.look(Set.of(100), 12 * SECOND).get(100);
        assertThat(second.cores()).hasValue(0.5);
        assertThat(second.requestsPerSecond()).hasValue(200);
        assertThat(second.requestsShare()).hasValue(1);
    }

    @Test
    void requestsAreSharedOutAmongThoseThatCountThem() {
        uses(100, 0, 0);
        uses(101, 0, 0);
        figures.put(102, new Figures(0, 0, OptionalInt.empty(), 1));
        sampler.look(Set.of(100, 101, 102), SECOND);
        uses(100, 0, 30);
        uses(101, 0, 10);
        Map<Integer, Usage> usage = sampler.look(Set.of(100, 101, 102), 2 * SECOND);

        assertThat(usage.get(100).requestsShare()).hasValue(0.75);
        assertThat(usage.get(101).requestsShare()).hasValue(0.25);
        assertThat(usage.get(102).requestsPerSecond()).isEmpty();
        assertThat(usage.get(102).cores()).hasValue(0);
    }

    @Test
    void anIdlePodHasARateButNoShares() {
        uses(100, 0, 5);
        sampler.look(Set.of(100), SECOND);
        Usage idle = sampler.look(Set.of(100), 2 * SECOND).get(100);

        assertThat(idle.requestsPerSecond()).hasValue(0);
        assertThat(idle.requestsShare()).isEmpty();
    }

    @Test
    void howeverManyAskItLooksOnceASecond() {
        uses(100, 1, 0);
        for (int i = 0; i < 50; i++) {
            sampler.look(Set.of(100), SECOND + i);
        }
        assertThat(looks).isEqualTo(1);
        sampler.look(Set.of(100), 2 * SECOND);
        assertThat(looks).isEqualTo(2);
    }

    @Test
    void aNewWorkerIsSeenAtOnceAndTheRatesOfOthersStay() {
        uses(100, 0, 0);
        sampler.look(Set.of(100), SECOND);
        uses(100, 1, 0);
        sampler.look(Set.of(100), 2 * SECOND);
        uses(101, 3, 0);
        Map<Integer, Usage> usage = sampler.look(Set.of(100, 101), 2 * SECOND + 1);

        assertThat(usage.get(101).figures().cpuSeconds()).isEqualTo(3);
        assertThat(usage.get(101).cores()).isEmpty();
        assertThat(usage.get(100).cores()).hasValue(1);
        uses(101, 4, 0);
        assertThat(sampler.look(Set.of(100, 101), 3 * SECOND).get(101).cores()).isPresent();
    }

    @Test
    void oneWithoutAProcessDoesNotMakeEveryQuestionALook() {
        uses(100, 0, 0);
        sampler.look(Set.of(100, 999), SECOND);
        sampler.look(Set.of(100, 999), SECOND + 1);
        sampler.look(Set.of(100, 999), SECOND + 2);
        assertThat(looks).isLessThanOrEqualTo(2);
    }

    @Test
    void oneThatDoesNotRunIsHalted() {
        uses(100, 0, 0);
        halts.put(100, new Halt(Halt.Kind.STOPPED, 7));
        assertThat(sampler.look(Set.of(100), SECOND).get(100).halted())
                .contains(new Halts.Halted(Halt.Kind.STOPPED, 0));
        assertThat(sampler.look(Set.of(100), 4 * SECOND).get(100).halted())
                .contains(new Halts.Halted(Halt.Kind.STOPPED, 3));
        halts.clear();
        assertThat(sampler.look(Set.of(100), 5 * SECOND).get(100).halted()).isEmpty();
    }

    @Test
    void afterALongPauseRatesBeginAnew() {
        uses(100, 0, 0);
        sampler.look(Set.of(100), SECOND);
        uses(100, 3000, 0);
        assertThat(sampler.look(Set.of(100), 3600 * SECOND).get(100).cores()).isEmpty();
        assertThat(sampler.look(Set.of(100), 3601 * SECOND).get(100).cores()).hasValue(0);
    }

    @Test
    void aSumThatFallsIsNoNegativeRate() {
        uses(100, 5, 0);
        sampler.look(Set.of(100), SECOND);
        uses(100, 4, 0);
        assertThat(sampler.look(Set.of(100), 2 * SECOND).get(100).cores()).hasValue(0);
    }
}
