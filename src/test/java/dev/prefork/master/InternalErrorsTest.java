package dev.prefork.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.supervise.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class InternalErrorsTest {
    private final Inbox inbox = new Inbox();
    private final List<String> log = new ArrayList<>();
    private final List<Event> told = new ArrayList<>();
    private final InternalErrors errors = of(MasterMode.ENTRYPOINT, Duration.ofSeconds(20));
    private final Thread thread = new Thread("a-thread");

    private InternalErrors of(MasterMode mode, Duration grace) {
        return new InternalErrors(inbox, entry -> log.add(entry.level() + " " + entry), mode, grace);
    }

    @Test
    void theFirstIsTheReasonWhichIsToldAndSaidOnce() {
        errors.heed(told::add);
        assertThat(told).isEmpty();
        errors.report(thread, new StackOverflowError("deep"));
        errors.report(new Thread("later"), new OutOfMemoryError("Java heap space"));
        errors.heed(told::add);
        errors.heed(told::add);

        assertThat(told).containsExactly(new Event.Failed("an internal error"));
        assertThat(log)
                .containsExactly("ERROR internal error: thread a-thread failed: java.lang.StackOverflowError: deep;"
                        + " this is a bug in Prefork, please report it");
        assertThat(errors.timeLeft(System.nanoTime()))
                .as("until it looks for ended children whose signal was lost")
                .hasValue(Duration.ofMillis(100).toNanos());
        assertThat(errors.patience()).isGreaterThan(Duration.ofSeconds(20));
        assertThat(errors.givesUp()).isFalse();
    }

    @Test
    void wakesALoopThatSleepsAndGivesTheReserveBack() throws Exception {
        assertThat(errors.keepsReserve()).isTrue();
        errors.report(thread, new OutOfMemoryError("Java heap space"));

        assertThat(errors.keepsReserve()).isFalse();
        assertThat(inbox.take(OptionalLong.empty())).as("it does not wait").isEmpty();
        assertThat(inbox.answers(Duration.ofHours(1), System.nanoTime())).isFalse();
    }

    @Test
    void theFirstOneAloneIsToldToTheOneThatWaits() {
        List<String> woken = new ArrayList<>();
        errors.whenFirst(() -> woken.add("woken"));
        errors.report(thread, new StackOverflowError());
        errors.report(thread, new StackOverflowError());

        assertThat(woken).hasSize(1);
    }

    @Test
    void aHandlerThatFailsReportsIt() {
        errors.reporting((String signal) -> {
                    throw new IllegalStateException(signal);
                })
                .accept("TERM");

        assertThat(errors.first().orElseThrow().line())
                .contains("thread " + Thread.currentThread().getName() + " failed: ")
                .contains("IllegalStateException: TERM");
    }

    @Test
    void threadsThatCannotBeStartedCountForAThreadThatIsIndispensableOnly() {
        Error error = new OutOfMemoryError("unable to create native thread: possibly out of memory");
        errors.report(thread, error);
        assertThat(errors.any()).isFalse();

        errors.reportAny(thread, error);
        assertThat(errors.first().orElseThrow().cause()).isSameAs(error);
    }

    @Test
    void whatBreaksTwiceIsGivenUpAndMemoryThatIsShortMoreOften() {
        List<Integer> runs = new ArrayList<>();
        errors.insist(() -> failAfter(runs, new AssertionError()), () -> false);
        assertThat(runs).hasSize(2);

        runs.clear();
        errors.insist(
                () -> {
                    runs.add(1);
                    if (runs.size() < 10) {
                        throw new OutOfMemoryError("Java heap space");
                    }
                },
                () -> runs.size() >= 10);
        assertThat(runs).hasSize(10);
    }

    private static void failAfter(List<Integer> runs, Error error) {
        runs.add(1);
        throw error;
    }

    @Test
    void theTimeForAStopInOrderEnds() {
        InternalErrors hasty = of(MasterMode.ENTRYPOINT, Duration.ofHours(-1));
        assertThat(hasty.givesUp()).isFalse();
        assertThat(hasty.timeLeft(System.nanoTime())).isEmpty();
        hasty.report(thread, new AssertionError());
        hasty.heed(told::add);

        assertThat(hasty.givesUp()).isTrue();
        assertThat(hasty.timeLeft(System.nanoTime())).hasValue(0);
    }

    @Test
    void aLibrarySaysNothingInTheLogAndKeepsNoMemory() {
        InternalErrors library = of(MasterMode.LIBRARY, Duration.ZERO);
        library.report(thread, new IllegalStateException("a hook"));
        library.heed(told::add);

        assertThat(told).containsExactly(new Event.Failed("a hook"));
        assertThat(log).isEmpty();
    }
}
