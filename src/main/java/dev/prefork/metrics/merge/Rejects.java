package dev.prefork.metrics.merge;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What was left out of the merged answer, and why: counted each time, said once for each thing.
 *
 * <p>Threading: any thread may count; saying is up to the log.
 */
public final class Rejects {
    /** Of a hostile worker's inventions no more than these are remembered, and said again when they come again. */
    private static final int REMEMBERED = 200;

    /** A name may be as long as its worker likes. */
    private static final int LONGEST = 400;

    /** Why something is left out. */
    public enum Reason {
        /** Workers disagree about the type of a family. */
        TYPE,
        /** More series than are kept. */
        LIMIT,
        /** More memory, or text, than a worker's series or those of all may take. */
        BYTES,
        /** A label, all labels of a series, or a name that is too long. */
        LABEL,
        /** It could not be read. */
        GARBAGE,
        /** A name that is the master's. */
        RESERVED,
        /** A counter, a count or a bucket that is not a finite number. */
        NAN,
        /** A counter or a count below zero. */
        NEGATIVE,
        /** A histogram whose buckets decrease, or whose count is below one of them. */
        BUCKETS,
        /** An info that is not 1. */
        INFO,
        /** A family of a type that is not merged: gauge histograms. */
        UNSUPPORTED
    }

    private static final int MOST_LINES = 20;
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final AtomicLongArray counts = new AtomicLongArray(Reason.values().length);
    private final Set<String> said = new LinkedHashSet<>();
    private final Consumer<String> log;
    private final LongSupplier nanos;
    private int lines;
    private long since;

    /** @param log is given a whole line, once for each thing */
    public Rejects(Consumer<String> log) {
        this(log, System::nanoTime);
    }

    Rejects(Consumer<String> log, LongSupplier nanos) {
        this.log = log;
        this.nanos = nanos;
    }

    /**
     * Counts, and says it if it is new.
     *
     * @param line what is left out and why, without numbers that change
     */
    void count(Reason reason, String line) {
        count(reason, 1);
        say(line);
    }

    public void count(Reason reason, int times) {
        counts.addAndGet(reason.ordinal(), times);
    }

    /** At most so many lines in so much time: what is not logged is counted all the same. */
    private boolean mayBeSaid() {
        long now = nanos.getAsLong();
        if (lines == 0 || now - since > MINUTE) {
            since = now;
            lines = 0;
        }
        return ++lines <= MOST_LINES;
    }

    /** Says it if it is new. */
    public void say(String text) {
        String line = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        boolean isNew;
        synchronized (said) {
            isNew = !said.contains(line) && mayBeSaid();
            if (isNew) {
                said.add(line);
            }
            if (said.size() > REMEMBERED) {
                said.remove(said.iterator().next());
            }
        }
        if (isNew) {
            log.accept(line);
        }
    }

    /** How often so far. */
    public long of(Reason reason) {
        return counts.get(reason.ordinal());
    }
}
