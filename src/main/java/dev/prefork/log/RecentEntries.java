package dev.prefork.log;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The last entries of the log, each with a number and the time at which it was written, for those who ask and those who listen.
 *
 * <p>Threading: any thread may write, ask, and listen. A writer never waits for a reader or a listener: listeners are called on a
 * thread of their own, one after the other, which exists only while there are any. One that is slower than the log misses what is no longer kept;
 * it sees that from the numbers, which have no gap otherwise.
 *
 * <p>Keeps 256 entries by default. Numbers begin at 1.
 */
public final class RecentEntries {
    private static final int KEPT = 256;

    private final int most;
    private final InstantSource clock;
    private final Deque<Numbered> entries = new ArrayDeque<>();
    private final List<Listening> listeners = new CopyOnWriteArrayList<>();
    private long last;
    private Thread teller;

    /**
     * An entry that was written.
     *
     * @param sequence one more than that of the one before it
     */
    public record Numbered(long sequence, Instant time, Entry entry) {}

    public RecentEntries() {
        this(KEPT, InstantSource.system());
    }

    RecentEntries(int most, InstantSource clock) {
        this.most = most;
        this.clock = clock;
    }

    /** Keeps this one, as written now. */
    public synchronized void add(Entry entry) {
        if (entries.size() == most) {
            entries.remove();
        }
        last++;
        entries.add(new Numbered(last, clock.instant(), entry));
        notifyAll();
    }

    /** Those after that number that are still kept, in order; all of them after 0. */
    public synchronized List<Numbered> since(long sequence) {
        return entries.stream().filter(each -> each.sequence() > sequence).toList();
    }

    /** The number of the last entry; 0 if there was none. */
    public synchronized long last() {
        return last;
    }

    /**
     * Has {@code listener} told of each entry after that number.
     *
     * @return ends that; an entry that is being told just then may still come
     */
    public AutoCloseable listen(long after, Consumer<Numbered> listener) {
        Listening listening = new Listening(listener, after);
        synchronized (this) {
            listeners.add(listening);
            if (teller == null) {
                teller = new Thread(this::tell, "prefork-events");
                teller.setDaemon(true);
                teller.start();
            }
            notifyAll();
        }
        return () -> end(listening);
    }

    private synchronized void end(Listening listening) {
        listeners.remove(listening);
        notifyAll();
    }

    private void tell() {
        try {
            while (awaitNews()) {
                listeners.forEach(this::tell);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** False once no listener is left. */
    private synchronized boolean awaitNews() throws InterruptedException {
        while (!listeners.isEmpty() && listeners.stream().noneMatch(each -> each.told < last)) {
            wait();
        }
        if (listeners.isEmpty()) {
            teller = null;
        }
        return teller != null;
    }

    private void tell(Listening listening) {
        for (Numbered each : since(listening.told)) {
            listening.told = each.sequence();
            try {
                listening.listener.accept(each);
            } catch (RuntimeException e) {
                // Its own affair, such as a connection that is closed: the others still want to hear.
                end(listening);
                return;
            }
        }
    }

    /** One that listens; {@code told} belongs to the thread that tells. */
    private static final class Listening {
        private final Consumer<Numbered> listener;
        private volatile long told;

        private Listening(Consumer<Numbered> listener, long told) {
            this.listener = listener;
            this.told = told;
        }
    }
}
