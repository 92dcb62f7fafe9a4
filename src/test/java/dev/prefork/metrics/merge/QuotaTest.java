package dev.prefork.metrics.merge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotaTest {
    private final Quota quota = new Quota(800);

    private boolean take(int slot, long amount) {
        boolean has = quota.has(slot, amount);
        if (has) {
            quota.take(slot, amount);
        }
        return has;
    }

    private long takeAll(int slot) {
        long taken = 0;
        while (take(slot, 1)) {
            taken++;
        }
        return taken;
    }

    @Test
    void aSingleSlotMayHaveAllOfIt() {
        assertThat(takeAll(0)).isEqualTo(800);
        assertThat(take(1, 1)).isFalse();
    }

    @Test
    void oneThatTakesAllItCanLeavesTheOthersTheirShares() {
        quota.divide(4);
        assertThat(takeAll(2)).as("its share and what belongs to none").isEqualTo(100 + 400);
        for (int slot : new int[] {0, 1, 3}) {
            assertThat(takeAll(slot)).isEqualTo(100);
        }
    }

    @Test
    void whatDoesNotFitIsRefusedAndWhatIsSmallerIsNot() {
        quota.divide(2);
        assertThat(take(0, 601)).isFalse();
        assertThat(take(0, 600)).isTrue();
        assertThat(take(1, 201)).isFalse();
        assertThat(take(1, 200)).isTrue();
    }

    @Test
    void whatIsGivenBackIsThereForAny() {
        quota.divide(2);
        takeAll(0);
        quota.give(0, 300);
        assertThat(takeAll(1)).as("its share, and what was given back").isEqualTo(200 + 300);
        quota.clear();
        assertThat(takeAll(1)).isEqualTo(600);
    }

    @Test
    void sharesBecomeSmallerWhenThereAreMoreSlots() {
        quota.divide(2);
        assertThat(takeAll(0)).isEqualTo(600);
        quota.divide(4);
        assertThat(take(0, 1)).isFalse();
        assertThat(takeAll(1)).isEqualTo(100);
        assertThat(takeAll(2)).isEqualTo(100);
        assertThat(takeAll(3)).as("all is taken").isZero();
    }
}
