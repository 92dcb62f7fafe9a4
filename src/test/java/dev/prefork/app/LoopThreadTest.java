package dev.prefork.app;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.master.AcceptQueues;
import dev.prefork.master.LaunchFailedException;
import dev.prefork.master.Launcher;
import dev.prefork.master.Master;
import dev.prefork.master.MasterContext;
import dev.prefork.master.MasterMode;
import dev.prefork.notify.NotifySockets;
import dev.prefork.os.Posix;
import dev.prefork.supervise.Outcome;
import dev.prefork.supervise.Policy;
import dev.prefork.supervise.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LoopThreadTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final NotifySockets notifySockets = NotifySockets.open(Posix.system());
    private final Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    private final List<Integer> halted = new CopyOnWriteArrayList<>();
    private final CountDownLatch stuck = new CountDownLatch(1);

    @AfterEach
    void nothingIsLeft() {
        stuck.countDown();
        notifySockets.close();
        assertThat(Thread.getDefaultUncaughtExceptionHandler()).isSameAs(before);
    }

    private Master master(Launcher launcher) {
        return new Master(
                Posix.system(),
                new Policy(
                        1,
                        new Policy.Recovery(OptionalInt.of(9), HOUR, HOUR, HOUR),
                        new Policy.Starting(HOUR, Readiness.notification(), 1),
                        new Policy.Stopping(Duration.ZERO, Duration.ZERO)),
                launcher,
                notifySockets,
                new MasterContext(
                        MasterMode.LIBRARY, AcceptQueues.NONE, MasterContext.Postmortem.NONE, entry -> {}, List.of()));
    }

    private LoopThread begin(Launcher launcher, Duration exit) {
        return new LoopThread(master(launcher), () -> true, halted::add, exit).begin();
    }

    private static int breaking(int slot, int version) {
        throw new AssertionError("no");
    }

    private int blocking(int slot, int version) throws Exception {
        stuck.await();
        throw new LaunchFailedException("released", null);
    }

    @Test
    void aLoopThatEndsInOrderHaltsNothing() {
        Master master = master((slot, version) -> {
            throw new LaunchFailedException("nothing to start", null);
        });
        try (LoopThread loop = new LoopThread(master, () -> true, halted::add, Duration.ZERO).begin()) {
            master.stop("enough");
            loop.awaitEnd();

            assertThat(loop.awaitUp()).isFalse();
            assertThat(loop.outcome()).contains(Outcome.STOPPED);
        }
        assertThat(halted).isEmpty();
    }

    @Test
    void aLoopThatBrokeIsOverAndSaysWhy() {
        try (LoopThread loop = begin(LoopThreadTest::breaking, HOUR)) {
            loop.awaitEnd();

            assertThat(loop.isOver()).isTrue();
            assertThat(loop.outcome()).isEmpty();
            assertThat(loop.failure().line())
                    .startsWith("internal error: thread prefork-master failed: java.lang.AssertionError: no; ");
        }
        assertThat(halted).isEmpty();
    }

    @Test
    void anExitThatTakesTooLongAfterAnErrorIsCutShort() {
        try (LoopThread loop = begin(LoopThreadTest::breaking, Duration.ZERO)) {
            loop.awaitEnd();
            await().until(() -> !halted.isEmpty());
        }
        assertThat(halted).containsExactly(1);
    }

    @Test
    void aLoopThatDoesNotStopAfterAnErrorElsewhereIsCutShort() {
        // Less than nothing, since the loop itself may take a while.
        try (LoopThread loop = begin(this::blocking, Duration.ofHours(-1))) {
            loop.report(new OutOfMemoryError("Java heap space"));
            loop.awaitEnd();

            assertThat(halted).containsExactly(1);
            assertThat(loop.failure().cause()).isInstanceOf(OutOfMemoryError.class);
            loop.close();
            stuck.countDown();
        }
    }

    /** As of an application that is booted in this process. */
    @Test
    void anExceptionEndsTheLoopOnlyInAThreadOfOurs() throws Exception {
        Master master = master(this::blocking);
        try (LoopThread loop = new LoopThread(master, () -> true, halted::add, HOUR).begin()) {
            die("app-poller", new IllegalStateException("its own affair"));
            die("any-thread", new OutOfMemoryError("unable to create native thread: possibly out of memory"));
            assertThat(master.errors().first()).isEmpty();

            die("prefork-any", new IllegalStateException("ours"));
            stuck.countDown();
            loop.awaitEnd();

            assertThat(loop.failure().thread()).isEqualTo("prefork-any");
        }
    }

    private static void die(String name, Throwable of) throws InterruptedException {
        Thread dies = new Thread(
                () -> {
                    if (of instanceof Error error) {
                        throw error;
                    }
                    throw (RuntimeException) of;
                },
                name);
        dies.start();
        dies.join();
    }

    @Test
    void aThreadOfTheProcessThatDiesOfAnErrorEndsTheLoop() throws Exception {
        try (LoopThread loop = begin(
                (slot, version) -> {
                    throw new LaunchFailedException("nothing to start", null);
                },
                HOUR)) {
            Thread dies = new Thread(
                    () -> {
                        throw new StackOverflowError("deep");
                    },
                    "any-thread");
            dies.start();
            loop.awaitEnd();

            assertThat(loop.failure().thread()).isEqualTo("any-thread");
        }
    }
}
