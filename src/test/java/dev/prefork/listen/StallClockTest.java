package dev.prefork.listen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StallClockTest {
    private static final long SECOND = 1_000_000_000L;

    private final StallClock clock = new StallClock();
    private long now = Long.MAX_VALUE - 3 * SECOND;

    /** A look one second after the last one, at queues of so many places. */
    private List<Long> look(List<Integer> lengths, String... waiting) {
        now += SECOND;
        return clock.look(new QueueLook(now, lengths, Set.copyOf(Arrays.asList(waiting)))).stream()
                .map(nanos -> nanos / SECOND)
                .toList();
    }

    private long look(int length, String... waiting) {
        return look(List.of(length), waiting).get(0);
    }

    @Test
    void whileAllStayNoneWasAcceptedHoweverManyCome() {
        assertThat(look(1, "a")).isZero();
        assertThat(look(2, "a", "b")).isEqualTo(1);
        assertThat(look(4, "a", "b", "c", "d")).isEqualTo(2);
        assertThat(look(4, "a", "b", "c", "d")).isEqualTo(3);
    }

    @Test
    void aQueueThatKeepsItsLengthButNotItsClientsIsServed() {
        look(2, "a", "b");
        assertThat(look(2, "b", "c")).isZero();
        assertThat(look(2, "c", "d")).isZero();
        assertThat(look(2, "c", "d")).isEqualTo(1);
    }

    @Test
    void aDeepQueueFromWhichFewAreTakenIsServed() {
        look(4, "a", "b", "c", "d");
        assertThat(look(5, "b", "c", "d", "e", "f")).isZero();
        assertThat(look(3, "d", "e", "f")).isZero();
    }

    @Test
    void aClientThatResetsItsConnectionWasNotAccepted() {
        look(3, "a", "b", "c");
        assertThat(look(3, "b", "c")).as("its place is still taken").isEqualTo(1);
        assertThat(look(4, "c", "d")).isEqualTo(2);
    }

    @Test
    void aQueueOfWhichNobodyIsLeftProvesNothing() {
        look(1, "a");
        assertThat(look(2, "b")).isZero();
    }

    @Test
    void connectionsThatCameWhileItWasLookedDoNotCountAsPlaces() {
        // Three were seen in the table, and two places before it was read.
        look(2, "a", "b", "c");
        assertThat(look(3, "a", "b", "c", "d")).isEqualTo(1);
    }

    @Test
    void aLongTimeWithoutALookProvesNothing() {
        look(1, "a");
        assertThat(look(1, "a")).isEqualTo(1);
        now += StallClock.LONGEST_GAP.toNanos();
        assertThat(look(1, "a")).isZero();
        assertThat(look(1, "a")).isEqualTo(1);
    }

    @Test
    void anEmptyQueueInBetweenBeginsAnew() {
        look(1, "a");
        clock.forget();
        assertThat(look(1, "a")).isZero();
    }

    @Test
    void oneSocketOfSeveralIsFoundWhileTheOthersAreServed() {
        look(List.of(2, 1, 0), "a", "b", "x");
        assertThat(look(List.of(2, 1, 1), "a", "b", "y", "z")).containsExactly(1L, 0L, 0L);
        assertThat(look(List.of(3, 1, 1), "a", "b", "c", "v", "w")).containsExactly(2L, 0L, 0L);
        assertThat(look(List.of(3, 1, 1), "a", "b", "c", "v", "w")).containsExactly(3L, 1L, 1L);
    }

    @Test
    void noSocketOfSeveralIsBlamedForTheQueueOfAnother() {
        look(List.of(2, 3), "a", "b", "v", "w", "x");
        // Who stayed makes up the longer queue alone.
        assertThat(look(List.of(2, 3), "v", "w", "x", "c", "d")).containsExactly(1L, 0L);
        assertThat(look(List.of(2, 1), "x", "c", "e")).containsExactly(2L, 0L);
        assertThat(look(List.of(2, 1), "c", "f", "g")).containsExactly(0L, 1L);
    }
}
