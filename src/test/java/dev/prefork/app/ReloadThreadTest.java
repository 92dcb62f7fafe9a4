package dev.prefork.app;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class ReloadThreadTest {
    private final List<String> begun = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final Semaphore answers = new Semaphore(0);

    /** As of a file that does not answer before it is told to. */
    private void read(String why) {
        threads.add(Thread.currentThread());
        begun.add(why);
        answers.acquireUninterruptibly();
    }

    private void awaitBegun(String... reasons) {
        await().untilAsserted(() -> assertThat(begun).containsExactly(reasons));
    }

    @Test
    void theOneThatAsksDoesNotWait() {
        try (ReloadThread reload = ReloadThread.begin(this::read)) {
            reload.accept("SIGHUP");

            awaitBegun("SIGHUP");
            assertThat(threads.get(0)).isNotSameAs(Thread.currentThread());
            assertThat(threads.get(0).isDaemon()).isTrue();
        }
        answers.release();
    }

    @Test
    void whatIsAskedForMeanwhileIsOneReadingMoreForTheLastReason() {
        try (ReloadThread reload = ReloadThread.begin(this::read)) {
            reload.accept("first");
            awaitBegun("first");
            for (String why : List.of("second", "third", "fourth")) {
                reload.accept(why);
            }

            answers.release(2);
            awaitBegun("first", "fourth");
            answers.release(100);

            reload.accept("fifth");
            awaitBegun("first", "fourth", "fifth");
        }
    }

    @Test
    void anExceptionIsNotTheLastReading() {
        try (ReloadThread reload = ReloadThread.begin(why -> {
            begun.add(why);
            throw new IllegalStateException("for once");
        })) {
            reload.accept("first");
            awaitBegun("first");
            reload.accept("second");
            awaitBegun("first", "second");
        }
    }

    @Test
    void oneThatCouldOnlyNotStartAThreadGoesOnAndAnyOtherErrorIsTold() {
        List<String> handled = new CopyOnWriteArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> handled.add(thread.getName() + " " + error));
        try (ReloadThread reload = ReloadThread.begin(why -> {
            begun.add(why);
            throw new OutOfMemoryError(why);
        })) {
            String thread = "unable to create native thread: possibly out of memory";
            reload.accept(thread);
            await().dontCatchUncaughtExceptions().until(() -> handled.size() == 1);
            reload.accept("Java heap space");
            await().dontCatchUncaughtExceptions().until(() -> handled.size() >= 2);
            assertThat(begun).containsExactly(thread, "Java heap space");
            assertThat(handled).contains("prefork-reload java.lang.OutOfMemoryError: Java heap space");
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void closedItReadsNoMoreAndWaitsForNoReading() throws InterruptedException {
        ReloadThread reload = ReloadThread.begin(this::read);
        reload.accept("first");
        awaitBegun("first");
        reload.accept("second");

        reload.close();

        assertThat(threads.get(0).isAlive()).isTrue();
        answers.release(2);
        threads.get(0).join(60_000);
        assertThat(threads.get(0).isAlive()).isFalse();
        assertThat(begun).containsExactly("first");
    }
}
