package dev.prefork.master;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

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

    private static final Message CHILDREN_CHANGED = new Message.ChildrenChanged();
    private static final Message PING = new Message.Ping();

    private final Queue<Posted> messages;

    private final Semaphore room = new Semaphore(NOTIFICATIONS);

    /** Whether a ping is in the queue. */
    private final AtomicBoolean pinged = new AtomicBoolean();

    /** The same for a change of the children: one look finds all that have ended. */
    private final AtomicBoolean childrenChanged = new AtomicBoolean();

    /**
     * Since when the loop owes a turn: since it took the last message, or woke without one, and while it sleeps, since it
     * ought to have woken by itself. {@link #NONE} while it sleeps without a limit.
     */
    private volatile long owedSince = System.nanoTime();

    private volatile boolean broken;

    /** The thread that takes; it is unparked after each change, and looks after that. */
    private volatile Thread taker;

    private volatile boolean woken;

    private volatile long lastLag;

    private volatile long takenAt;

    /** A message, and since when it waits. */
    record Posted(Message message, long at) {}

    Inbox() {
        this(new ConcurrentLinkedQueue<>());
    }

    /** With another queue, which any thread may use. */
    Inbox(Queue<Posted> messages) {
        this.messages = messages;
    }

    void put(Message message) {
        messages.add(new Posted(message, System.nanoTime()));
        LockSupport.unpark(taker);
    }

    /** Says that a child has ended, unless that is said already. Never blocks. */
    void childrenChanged() {
        putUnlessThere(childrenChanged, CHILDREN_CHANGED);
    }

    /** The same as {@link #put} for what any process may send without limit: blocks while too many are here. False when interrupted. */
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

    /** The next message; empty when {@code nanos} have passed without one, or it was woken. Waits for ever without a limit. */
    Optional<Message> take(OptionalLong nanos) throws InterruptedException {
        owedSince = nanos.isPresent() ? System.nanoTime() + nanos.getAsLong() : NONE;
        taker = Thread.currentThread();
        Posted posted = await(nanos);
        long now = System.nanoTime();
        owedSince = now;
        if (posted == null) {
            return Optional.empty();
        }
        takenAt = now;
        lastLag = takenAt - posted.at();
        Message message = posted.message();
        if (message instanceof Message.Ping) {
            pinged.set(false);
        } else if (message instanceof Message.ChildrenChanged) {
            // Before the look: what ends meanwhile is another change.
            childrenChanged.set(false);
        } else if (message instanceof Message.Notified) {
            room.release();
        }
        return Optional.of(message);
    }

    private Posted await(OptionalLong nanos) throws InterruptedException {
        long begin = System.nanoTime();
        Posted posted = messages.poll();
        while (posted == null && !woken) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (nanos.isEmpty()) {
                LockSupport.park(this);
            } else {
                long left = nanos.getAsLong() - (System.nanoTime() - begin);
                if (left <= 0) {
                    return null;
                }
                LockSupport.parkNanos(this, left);
            }
            posted = messages.poll();
        }
        woken = woken && posted != null;
        return posted;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    /** Leaves a message that only shows that messages are taken, unless one is waiting. */
    void ping() {
        putUnlessThere(pinged, PING);
    }

    /** What could not be put, because there is no memory, is not there: else the next one would be lost too, and all after it. */
    private void putUnlessThere(AtomicBoolean there, Message message) {
        if (there.compareAndSet(false, true)) {
            boolean put = false;
            try {
                put(message);
                put = true;
            } finally {
                if (!put) {
                    there.set(false);
                }
            }
        }
    }

    /** The loop broke, or has to stop because something else did. */
    void broke() {
        broken = true;
    }

    /** Makes the loop turn once. Allocates nothing, since there may be no memory left. */
    void wake() {
        woken = true;
        LockSupport.unpark(taker);
    }

    /**
     * Whether the loop turns: false once it is broken, a message has waited for {@code limit}, or a turn, or a sleep beyond its
     * end, has taken so long. An idle loop sleeps without end; so the one who asks leaves a ping, which the next one who asks will
     * find taken. A loop that was stuck before it was ever asked is known at once.
     */
    boolean answers(Duration limit, long now) {
        Posted oldest = messages.peek();
        ping();
        long owed = owedSince;
        return !broken
                && (oldest == null || now - oldest.at() < limit.toNanos())
                && (owed == NONE || now - owed < limit.toNanos());
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
