package dev.prefork.quarkus.master.page;

import static org.assertj.core.api.Assertions.assertThat;

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
        assertThat(tries.areTooMany("a")).isFalse();
        add("a", 1);
        assertThat(tries.areTooMany("a")).isTrue();
        assertThat(tries.areTooMany("b")).isFalse();

        now += WrongTries.WINDOW.toNanos() - 1;
        assertThat(tries.areTooMany("a")).isTrue();
        now++;
        assertThat(tries.areTooMany("a")).isFalse();
        add("a", 1);
        assertThat(tries.areTooMany("a")).isFalse();
    }

    @Test
    void allTogetherHaveSoMany() {
        for (int i = 0; i < WrongTries.MOST_OF_ALL; i++) {
            assertThat(tries.areTooMany("quiet")).isFalse();
            tries.add("client " + i);
        }
        assertThat(tries.areTooMany("quiet")).isTrue();
        now += WrongTries.WINDOW.toNanos();
        assertThat(tries.areTooMany("quiet")).isFalse();
    }

    @Test
    void clientsThatWereAreForgotten() {
        for (int minute = 0; minute < 50; minute++) {
            for (int i = 0; i < 2 * WrongTries.MOST_OF_ALL; i++) {
                tries.add(minute + "." + i);
            }
            assertThat(tries.remembered()).isLessThanOrEqualTo(WrongTries.MOST_OF_ALL);
            now += WrongTries.WINDOW.toNanos();
        }
        add("last", 1);
        assertThat(tries.remembered()).isOne();
    }
}
