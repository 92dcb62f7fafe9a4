package dev.prefork.quarkus.master.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WrongTriesTest {
    private long now = 5;
    private final WrongTries tries = new WrongTries(() -> now);

    private void add(String client, int times) {
        for (int i = 0; i < times; i++) {
            tries.add(client);
        }
    }

    @Test
    void aClientHasSoManyInAMinute() {
        add("a", WrongTries.MOST - 1);
        assertThat(tries.refusal("a")).isZero();
        add("a", 1);
        assertThat(tries.refusal("a")).isEqualTo(WrongTries.WINDOW);

        now += WrongTries.WINDOW.toNanos() - 1;
        assertThat(tries.refusal("a")).isEqualTo(Duration.ofNanos(1));
        now++;
        assertThat(tries.refusal("a")).isZero();
        add("a", 1);
        assertThat(tries.refusal("a")).isZero();
    }

    @Test
    void othersAreListenedToHoweverManyTry() {
        for (int i = 0; i < 3 * WrongTries.MOST_CLIENTS; i++) {
            add("client " + i, WrongTries.MOST);
            assertThat(tries.refusal("quiet")).isZero();
        }
        add("quiet", 1);
        assertThat(tries.refusal("quiet")).isZero();
    }

    @Test
    void noMoreThanSoManyAreRememberedAndThoseThatHaveTriedMostLongest() {
        add("worst", WrongTries.MOST);
        add("first", 1);
        for (int i = 0; i < 2 * WrongTries.MOST_CLIENTS; i++) {
            now++;
            tries.add("client " + i);
            assertThat(tries.remembered()).isLessThanOrEqualTo(WrongTries.MOST_CLIENTS);
        }
        assertThat(tries.refusal("worst")).isPositive();
        add("first", WrongTries.MOST - 1);
        assertThat(tries.refusal("first")).as("its first try is forgotten").isZero();
        add("first", 1);
        assertThat(tries.refusal("first")).isPositive();
    }

    @Test
    void clientsThatWereAreForgotten() {
        add("a", 3);
        add("b", WrongTries.MOST);
        now += WrongTries.WINDOW.toNanos();
        add("last", 1);
        assertThat(tries.remembered()).isOne();
    }
}
