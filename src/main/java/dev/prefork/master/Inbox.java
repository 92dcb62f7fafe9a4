package dev.prefork.master;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The way into the master's loop.
 *
 * <p>Threading: any thread puts, the loop takes. {@link #put} never blocks and never fails, so signal handlers may do
 * it.
 */
final class Inbox {
    private static final long NONE = Long.MIN_VALUE;
    private static final long PAST = TimeUnit.MINUTES.toNanos(1);

    /** More notifications than these wait in the kernel's queue, which makes their senders wait in turn. */
    private static final int NOTIFICATIONS = 256;

    private final LinkedBlockingQueue<Posted> messages = new LinkedBlockingQueue<>();

    private final Semaphore room = new Semaphore(NOTIFICATIONS);

    /** When the ping that is still in the queue was put there. */
    private final AtomicLong pingedAt = new AtomicLong(NONE);

    private volatile long lastLag;

    private volatile long takenAt;

    private record Posted(Message message, long at) {}

    void put(Message message) {
        messages.add(new Posted(message, System.nanoTime()));
    }

    /** The same for what any process may send without limit: blocks while too many are here. False when interrupted. */
    boolean putWhenThereIsRoom(Message.Notified message) {
        try {
            room.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        put(message);
        return true;
    }

    /** The next message; empty when {@code nanos} have passed without one. Waits for ever without a limit. */
    Optional<Message> take(OptionalLong nanos) throws InterruptedException {
        Posted posted = nanos.isPresent() ? messages.poll(nanos.getAsLong(), TimeUnit.NANOSECONDS) : messages.take();
        if (posted == null) {
            return Optional.empty();
        }
        takenAt = System.nanoTime();
        lastLag = takenAt - posted.at();
        Message message = posted.message();
        if (message instanceof Message.Ping) {
            pingedAt.set(NONE);
        } else if (message instanceof Message.Notified) {
            room.release();
        }
        return Optional.of(message);
    }

    /**
     * Whether the loop takes its messages: false once a ping has lain here for longer than {@code limit}. An idle loop
     * sleeps without end and never ticks, so the one who asks puts the ping, and the one who asks next learns.
     */
    boolean answers(Duration limit, long now) {
        if (pingedAt.compareAndSet(NONE, now)) {
            put(new Message.Ping());
            return true;
        }
        long since = pingedAt.get();
        return since == NONE || now - since < limit.toNanos();
    }

    /**
     * For how long the last message that was taken lay here, or the oldest that still does, whichever is longer. What was long
     * ago says nothing about now.
     */
    long lagNanos() {
        long now = System.nanoTime();
        long last = now - takenAt < PAST ? lastLag : 0;
        Posted oldest = messages.peek();
        return oldest == null ? last : Math.max(last, now - oldest.at());
    }
}
