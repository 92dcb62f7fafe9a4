package dev.prefork.master;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The way into the master's loop.
 *
 * <p>Threading: any thread puts, the loop takes. Putting never blocks and never fails, so signal handlers may do it.
 */
final class Inbox {
    private static final long NONE = Long.MIN_VALUE;

    private final LinkedBlockingQueue<Message> messages = new LinkedBlockingQueue<>();

    /** When the ping that is still in the queue was put there. */
    private final AtomicLong pingedAt = new AtomicLong(NONE);

    void put(Message message) {
        messages.add(message);
    }

    /** The next message; empty when {@code nanos} have passed without one. Waits for ever without a limit. */
    Optional<Message> take(OptionalLong nanos) throws InterruptedException {
        Message message = nanos.isPresent() ? messages.poll(nanos.getAsLong(), TimeUnit.NANOSECONDS) : messages.take();
        if (message instanceof Message.Ping) {
            pingedAt.set(NONE);
        }
        return Optional.ofNullable(message);
    }

    /**
     * Whether the loop takes its messages: false once a ping has lain here for longer than {@code limit}. An idle loop
     * sleeps without end and ticks for nobody, so the one who asks puts the ping, and the one who asks next learns.
     */
    boolean answers(Duration limit, long now) {
        if (pingedAt.compareAndSet(NONE, now)) {
            messages.add(new Message.Ping());
            return true;
        }
        long since = pingedAt.get();
        return since == NONE || now - since < limit.toNanos();
    }
}
