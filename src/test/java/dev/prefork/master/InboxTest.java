package dev.prefork.master;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.notify.Notification;
import dev.prefork.notify.NotifySockets;
import dev.prefork.notify.Sender;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InboxTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final long SECOND = 1_000_000_000L;

    private final Inbox inbox = new Inbox();
    private final AtomicInteger sent = new AtomicInteger();

    @Test
    void messagesComeOutInTheirOrder() throws InterruptedException {
        inbox.put(new Message.ChildrenChanged());
        inbox.put(new Message.Ping());

        assertThat(inbox.take(OptionalLong.empty())).contains(new Message.ChildrenChanged());
        assertThat(inbox.take(OptionalLong.of(SECOND))).contains(new Message.Ping());
        assertThat(inbox.take(OptionalLong.of(0))).isEmpty();
    }

    @Test
    void aLoopThatNeverTookAMessageIsKnownAtTheFirstLook() {
        assertThat(inbox.answers(LIMIT, System.nanoTime() + 6 * SECOND)).isFalse();
    }

    @Test
    void aTurnThatTakesTooLongIsKnownAtTheFirstLook() throws InterruptedException {
        inbox.put(new Message.ChildrenChanged());
        inbox.take(OptionalLong.empty());

        assertThat(inbox.answers(LIMIT, System.nanoTime())).isTrue();
        assertThat(inbox.answers(LIMIT, System.nanoTime() + 6 * SECOND)).isFalse();
    }

    @Test
    void anIdleLoopAnswersHoweverLongItSleeps() throws InterruptedException {
        Thread loop = loop(OptionalLong.empty());
        for (int i = 0; i < 3; i++) {
            awaitIdle(loop);
            assertThat(inbox.answers(LIMIT, System.nanoTime() + 500 * SECOND)).isTrue();
        }
        loop.interrupt();
        loop.join();
    }

    @Test
    void aLoopThatOversleepsDoesNotAnswer() throws InterruptedException {
        Thread loop = loop(OptionalLong.of(500 * SECOND));
        awaitIdle(loop);
        assertThat(inbox.answers(LIMIT, System.nanoTime() + 499 * SECOND)).isTrue();
        awaitIdle(loop);
        assertThat(inbox.answers(LIMIT, System.nanoTime() + 506 * SECOND)).isFalse();
        loop.interrupt();
        loop.join();
    }

    @Test
    void aPingThatIsNotTakenIsNoAnswerOnceItIsTooOld() throws InterruptedException {
        inbox.take(OptionalLong.of(0));
        inbox.ping();

        assertThat(inbox.answers(LIMIT, System.nanoTime())).isTrue();
        assertThat(inbox.answers(LIMIT, System.nanoTime() + 6 * SECOND)).isFalse();
        inbox.take(OptionalLong.of(0));
        assertThat(inbox.answers(LIMIT, System.nanoTime())).isTrue();
    }

    @Test
    void aBrokenLoopDoesNotAnswer() {
        inbox.broke();

        assertThat(inbox.answers(LIMIT, System.nanoTime())).isFalse();
    }

    @Test
    void anIdleLoopIsWoken() {
        Thread loop = new Thread(() -> {
            try {
                assertThat(inbox.take(OptionalLong.empty())).isEmpty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        loop.start();
        awaitIdle(loop);
        inbox.wake();

        await().until(() -> !loop.isAlive());
    }

    private Thread loop(OptionalLong sleep) {
        Thread loop = new Thread(() -> {
            try {
                while (true) {
                    inbox.take(sleep);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        loop.start();
        return loop;
    }

    /** Nothing is left for it to take, and it sleeps. */
    private void awaitIdle(Thread loop) {
        await().until(() -> inbox.isEmpty() && loop.getState() != Thread.State.RUNNABLE);
    }

    @Test
    void aFloodOfNotificationsWaitsOutside() throws InterruptedException {
        Message.Notified flood = new Message.Notified(new NotifySockets.Received(
                null, new Sender(1, List.of()), Notification.parse("READY=1".getBytes(StandardCharsets.US_ASCII))));
        Thread sender = new Thread(() -> {
            while (inbox.putWhenThereIsRoom(flood)) {
                sent.incrementAndGet();
            }
        });
        sender.start();
        await().until(() -> sender.getState() == Thread.State.WAITING);
        int before = sent.get();
        assertThat(before).isBetween(1, 1000);

        inbox.put(new Message.ChildrenChanged());
        assertThat(inbox.take(OptionalLong.of(0))).contains(flood);
        await().until(() -> sent.get() == before + 1);
        sender.interrupt();
        sender.join();
    }

    @Test
    void theLagIsThatOfTheLastMessageOrOfTheOldestThatStillWaits() throws InterruptedException {
        assertThat(inbox.lagNanos()).isZero();
        inbox.put(new Message.ChildrenChanged());
        await().until(() -> inbox.lagNanos() > SECOND / 20);

        inbox.take(OptionalLong.of(0));
        long lag = inbox.lagNanos();
        assertThat(lag).isGreaterThan(SECOND / 20);
        assertThat(inbox.lagNanos()).as("nothing waits, so it does not grow").isEqualTo(lag);

        await().until(() -> {
            inbox.put(new Message.ChildrenChanged());
            inbox.take(OptionalLong.of(0));
            return inbox.lagNanos() < lag;
        });
        inbox.put(new Message.ChildrenChanged());
        inbox.put(new Message.ChildrenChanged());
        await().until(() -> inbox.lagNanos() > lag);
    }

    @Test
    void manyChangesOfTheChildrenLeaveOne() throws InterruptedException {
        for (int i = 0; i < 1000; i++) {
            inbox.childrenChanged();
        }
        assertThat(inbox.take(OptionalLong.of(0))).contains(new Message.ChildrenChanged());
        assertThat(inbox.take(OptionalLong.of(0))).isEmpty();
    }

    /** A child that ends during the look may have been passed by it. */
    @Test
    void aChangeOfTheChildrenDuringTheLookIsAnother() throws InterruptedException {
        inbox.childrenChanged();
        inbox.take(OptionalLong.of(0));
        inbox.childrenChanged();

        assertThat(inbox.take(OptionalLong.of(0))).contains(new Message.ChildrenChanged());
    }

    @Test
    void whatCouldNotBePutWithoutMemoryIsPutTheNextTime() throws InterruptedException {
        AtomicBoolean full = new AtomicBoolean(true);
        Inbox starved = new Inbox(new ConcurrentLinkedQueue<>() {
            @Override
            public boolean add(Inbox.Posted posted) {
                if (full.get()) {
                    throw new OutOfMemoryError("Java heap space");
                }
                return super.add(posted);
            }
        });
        assertThatThrownBy(starved::childrenChanged).isInstanceOf(OutOfMemoryError.class);
        assertThatThrownBy(starved::ping).isInstanceOf(OutOfMemoryError.class);
        full.set(false);
        starved.childrenChanged();
        starved.ping();

        assertThat(starved.take(OptionalLong.of(0))).contains(new Message.ChildrenChanged());
        assertThat(starved.take(OptionalLong.of(0))).contains(new Message.Ping());
    }

    @Test
    void manyPingsLeaveOne() throws InterruptedException {
        for (int i = 0; i < 1000; i++) {
            inbox.ping();
        }
        assertThat(inbox.take(OptionalLong.of(0))).contains(new Message.Ping());
        assertThat(inbox.take(OptionalLong.of(0))).isEmpty();
    }
}
