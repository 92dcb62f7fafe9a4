package dev.prefork.master;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OomLedgerTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final AtomicLong kernel = new AtomicLong(7);
    private final OomLedger ledger = new OomLedger(() -> OptionalLong.of(kernel.get()));

    @Test
    void killsFromBeforeExplainNothing() {
        assertThat(ledger.claim(0)).isFalse();
    }

    @Test
    void eachKillExplainsOneDeath() {
        kernel.addAndGet(2);

        assertThat(ledger.claim(0)).isTrue();
        assertThat(ledger.claim(1)).isTrue();
        assertThat(ledger.claim(2)).isFalse();
    }

    @Test
    void aKillThatWasSeenLongAgoWasSomebodyElses() {
        kernel.incrementAndGet();
        ledger.observe(0);

        assertThat(ledger.claim(10 * SECOND)).isFalse();
        kernel.incrementAndGet();
        assertThat(ledger.claim(11 * SECOND)).isTrue();
    }

    @Test
    void whereTheKernelDoesNotSayNothingIsExplained() {
        OomLedger mute = new OomLedger(OptionalLong::empty);

        assertThat(mute.claim(0)).isFalse();
    }

    @Test
    void aCounterThatStartsAnewExplainsOnlyWhatItCountsFromThere() {
        kernel.set(0);
        assertThat(ledger.claim(0)).isFalse();
        kernel.set(1);
        assertThat(ledger.claim(1)).isTrue();
    }
}
