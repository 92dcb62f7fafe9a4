package dev.prefork.master;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.notify.Notification;
import dev.prefork.notify.NotifySockets;
import dev.prefork.notify.Sender;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
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
    void aPingThatNobodyTakesIsNoAnswerOnceItIsTooOld() {
        assertThat(inbox.answers(LIMIT, 0)).isTrue();
        assertThat(inbox.answers(LIMIT, 5 * SECOND - 1)).isTrue();
        assertThat(inbox.answers(LIMIT, 5 * SECOND)).isFalse();
        assertThat(inbox.answers(LIMIT, 500 * SECOND)).isFalse();
    }

    @Test
    void aPingThatIsTakenIsAnAnswerHoweverLate() throws InterruptedException {
        inbox.answers(LIMIT, 0);
        inbox.take(OptionalLong.of(0));

        assertThat(inbox.answers(LIMIT, 500 * SECOND)).isTrue();
        assertThat(inbox.answers(LIMIT, 504 * SECOND)).isTrue();
        assertThat(inbox.answers(LIMIT, 505 * SECOND)).isFalse();
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
    void manyQuestionsLeaveOnePing() throws InterruptedException {
        for (int i = 0; i < 1000; i++) {
            inbox.answers(LIMIT, i);
        }
        assertThat(inbox.take(OptionalLong.of(0))).contains(new Message.Ping());
        assertThat(inbox.take(OptionalLong.of(0))).isEmpty();
    }
}
