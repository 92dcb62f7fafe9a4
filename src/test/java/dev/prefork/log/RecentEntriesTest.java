package dev.prefork.log;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.log.RecentEntries.Numbered;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RecentEntriesTest {
    private static final int MOST = 8;

    private final RecentEntries recent = new RecentEntries(MOST, () -> Instant.ofEpochSecond(7));
    private final List<Numbered> heard = new CopyOnWriteArrayList<>();

    private void add(int from, int to) {
        IntStream.rangeClosed(from, to).forEach(i -> recent.add(entry(Integer.toString(i))));
    }

    private static Entry entry(String text) {
        return Entry.of(Level.INFO, EventName.SIZING, text);
    }

    private static List<Long> numbers(List<Numbered> entries) {
        return entries.stream().map(Numbered::sequence).toList();
    }

    private static List<Long> range(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    @Test
    void losesNothingUpToItsBound() {
        add(1, MOST);

        assertThat(numbers(recent.since(0))).isEqualTo(range(1, MOST));
        assertThat(recent.since(0))
                .extracting(each -> each.entry().text())
                .startsWith("1")
                .endsWith("8");
        assertThat(recent.last()).isEqualTo(MOST);
    }

    @Test
    void keepsNoMoreThanItsBoundAndCountsOn() {
        add(1, 1000);

        assertThat(numbers(recent.since(0))).isEqualTo(range(1000 - MOST + 1, 1000));
        assertThat(recent.last()).isEqualTo(1000);
    }

    @Test
    void keeps256UnlessToldOtherwise() {
        RecentEntries usual = new RecentEntries();
        IntStream.range(0, 300).forEach(i -> usual.add(entry("line")));

        assertThat(usual.since(0)).hasSize(256);
        assertThat(usual.since(0).get(0).time()).isBetween(Instant.now().minusSeconds(600), Instant.now());
    }

    @Test
    void tellsWhatCameAfterANumber() {
        add(1, 5);

        assertThat(numbers(recent.since(3))).containsExactly(4L, 5L);
        assertThat(recent.since(5)).isEmpty();
        assertThat(recent.since(99)).isEmpty();
        assertThat(recent.since(0).get(0).time()).isEqualTo(Instant.ofEpochSecond(7));
    }

    @Test
    void aListenerHearsWhatWasThereAndWhatComes() throws Exception {
        add(1, 3);
        try (AutoCloseable listening = recent.listen(1, heard::add)) {
            await().until(() -> heard.size() == 2);
            add(4, 6);
            await().until(() -> heard.size() == 5);
        }

        assertThat(numbers(heard)).isEqualTo(range(2, 6));
    }

    @Test
    void aListenerThatIsStuckHoldsUpNoWriterAndSeesTheGap() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        try (AutoCloseable listening = recent.listen(0, each -> {
            heard.add(each);
            awaitQuietly(stuck);
        })) {
            add(1, 1);
            await().until(() -> heard.size() == 1);

            add(2, 1000);
            assertThat(heard).hasSize(1);
            stuck.countDown();
            await().until(() -> heard.size() == 1 + MOST);
        }

        assertThat(numbers(heard).subList(1, heard.size())).isEqualTo(range(1000 - MOST + 1, 1000));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aListenerThatThrowsIsNotToldAgainAndTheOthersAre() throws Exception {
        List<Numbered> broken = new CopyOnWriteArrayList<>();
        try (AutoCloseable one = recent.listen(0, each -> {
                    broken.add(each);
                    throw new IllegalStateException("the connection is closed");
                });
                AutoCloseable other = recent.listen(0, heard::add)) {
            add(1, 3);
            await().until(() -> heard.size() == 3);
            add(4, 4);
            await().until(() -> heard.size() == 4);
        }

        assertThat(numbers(broken)).containsExactly(1L);
    }

    @Test
    void theThreadIsThereOnlyWhileSomethingListens() throws Exception {
        try (AutoCloseable listening = recent.listen(0, heard::add)) {
            await().until(() -> tellers() > 0);
        }
        await().until(() -> tellers() == 0);

        try (AutoCloseable again = recent.listen(0, heard::add)) {
            add(1, 1);
            await().until(() -> heard.size() == 1);
        }
    }

    private static long tellers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("prefork-events"))
                .count();
    }
}
