package dev.prefork.metrics.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.metrics.meters.ScrapeMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RejectsTest {
    private final List<String> said = new ArrayList<>();
    private final Rejects rejects = new Rejects(said::add);

    @Test
    void eachIsCountedAndSaidOnce() {
        for (int i = 0; i < 3; i++) {
            rejects.count(Rejects.Reason.TYPE, "one");
            rejects.count(Rejects.Reason.LIMIT, "two");
            rejects.say("three");
        }
        assertThat(said).containsExactly("one", "two", "three");
        assertThat(rejects.of(Rejects.Reason.TYPE)).isEqualTo(3);
        assertThat(rejects.of(Rejects.Reason.LIMIT)).isEqualTo(3);
        assertThat(rejects.of(Rejects.Reason.GARBAGE)).isZero();
    }

    /** A hostile worker makes up a new name each time; the log is everybody's. */
    @Test
    void inAMinuteOnlySoMuchIsSaidAndTheRestIsCounted() {
        AtomicLong now = new AtomicLong(5);
        Rejects limited = new Rejects(said::add, now::get);
        for (int i = 0; i < 100; i++) {
            limited.count(Rejects.Reason.TYPE, "line " + i);
        }
        assertThat(said).hasSize(20).contains("line 0").doesNotContain("line 20");
        assertThat(limited.of(Rejects.Reason.TYPE)).isEqualTo(100);

        now.addAndGet(TimeUnit.MINUTES.toNanos(1) + 1);
        limited.say("line 0");
        limited.say("line 20");
        assertThat(said).hasSize(21).endsWith("line 20");
    }

    /** A name may be as long as its worker likes, and is part of a line that is remembered and logged. */
    @Test
    void aLineIsCutWhereItBecomesTooLong() {
        String endless = "x".repeat(1 << 20);
        rejects.count(Rejects.Reason.RESERVED, endless + 1);
        rejects.count(Rejects.Reason.RESERVED, endless + 2);
        assertThat(said).singleElement().satisfies(line -> assertThat(line).hasSizeLessThan(1000));
        assertThat(rejects.of(Rejects.Reason.RESERVED)).isEqualTo(2);
    }

    @Test
    void metersShowTheCountsOfEveryReasonAndOfTheLastAnswer() {
        AtomicReference<Scrape.Counts> counts = new AtomicReference<>(new Scrape.Counts(0, 0));
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new ScrapeMeters(counts::get, rejects).bindTo(registry);
        rejects.count(Rejects.Reason.GARBAGE, "x");
        counts.set(new Scrape.Counts(3, 2));

        for (Rejects.Reason reason : Rejects.Reason.values()) {
            String label = reason.name().toLowerCase(java.util.Locale.ROOT);
            assertThat(registry.get("prefork.scrape.rejects")
                            .tag("reason", label)
                            .functionCounter()
                            .count())
                    .isEqualTo(reason == Rejects.Reason.GARBAGE ? 1 : 0);
        }
        assertThat(registry.get("prefork.scrape.workers")
                        .tag("state", "merged")
                        .gauge()
                        .value())
                .isEqualTo(3);
        assertThat(registry.get("prefork.scrape.workers")
                        .tag("state", "missing")
                        .gauge()
                        .value())
                .isEqualTo(2);
    }
}
