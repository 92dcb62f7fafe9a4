package dev.prefork.quarkus.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.quarkus.master.ScrapeTurns.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ScrapeTurnsTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 7);
    private final ScrapeTurns turns = new ScrapeTurns(2, now::get);
    private final List<String> ended = new ArrayList<>();

    @Test
    void thereAreOnlySoManyAndEachEndsWhenItsAnswerIsWrittenAndRead() {
        Turn first = take("first").orElseThrow();
        Turn second = take("second").orElseThrow();
        assertThat(take("third")).isEmpty();

        first.written();
        assertThat(take("third")).as("not read").isEmpty();
        // Its connection has ended, but a thread still builds it.
        second.read();
        assertThat(take("third")).as("not written").isEmpty();

        first.read();
        second.written();
        assertThat(take("third")).isPresent();
        assertThat(take("fourth")).isPresent();
        assertThat(take("fifth")).isEmpty();
        assertThat(ended).isEmpty();
    }

    @Test
    void anAnswerThatIsNotReadForAWhileMakesRoomForAnotherClient() {
        take("being built").orElseThrow();
        Turn unread = take("unread").orElseThrow();
        unread.written();
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(1999));
        assertThat(take("too early")).isEmpty();

        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
        assertThat(take("next")).isPresent();
        assertThat(ended).containsExactly("unread");
        unread.read();
        assertThat(take("one too many")).as("the turn was given back once").isEmpty();
    }

    @Test
    void oneClientHasNoMoreThanHalfOfThem() {
        ScrapeTurns four = new ScrapeTurns(4, now::get);
        Turn unread = four.take("flood", () -> ended.add("unread")).orElseThrow();
        four.take("flood", () -> {}).orElseThrow();
        assertThat(four.take("flood", () -> {})).isEmpty();
        four.take("honest", () -> ended.add("honest")).orElseThrow().written();
        unread.written();
        now.addAndGet(TimeUnit.SECONDS.toNanos(2));

        assertThat(four.take("flood", () -> {}))
                .as("in the place of its own, though others are as late")
                .isPresent();
        assertThat(ended).containsExactly("unread");
        assertThat(four.take("another", () -> {})).isPresent();
    }

    /** Each a client of its own. */
    private Optional<Turn> take(String name) {
        return turns.take(name, () -> ended.add(name));
    }
}
