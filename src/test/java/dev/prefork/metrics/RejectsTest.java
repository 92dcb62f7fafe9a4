package dev.prefork.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
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

    @Test
    void whatWasSaidLongAgoIsForgottenAndNothingElse() {
        for (int i = 0; i < 200; i++) {
            rejects.say("line " + i);
        }
        rejects.say("line 0");
        assertThat(said).hasSize(200);
        rejects.say("line 200");
        rejects.say("line 199");
        assertThat(said).hasSize(201);
        rejects.say("line 0");
        assertThat(said).hasSize(202);
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
