package dev.prefork.master;

import dev.prefork.log.EventName;
import dev.prefork.log.Log;
import dev.prefork.supervise.Event;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Errors that a master cannot go on after, of any thread of its process. The first is the reason of its end: the workers
 * are stopped in order, without a drain delay, {@link Master#answers} is false from then on, and {@link Master#run} throws it.
 * With it, memory is given back that was kept for the stop: where one thread has run out of memory, the next one that needs
 * some is the loop.
 *
 * <p>Threading: any thread reports; the rest is the master's thread's.
 */
public final class InternalErrors {
    /**
     * Kept in an entrypoint: MasterErrorsTest measures what a stop allocates, and the rest is for the end of the process. In
     * pieces: an array of more than half a region has regions of its own in G1, and wastes a part of them.
     */
    static final int RESERVE = 1 << 20;

    private static final int PIECES = 4;

    /** Beyond the grace period, for a stop in order: those that are killed are waited for, and what workers left behind. */
    private static final Duration LAST_STEPS = Duration.ofSeconds(15);

    /** How often the loop may run out of memory before it gives up; of other errors, the second ends it. */
    private static final int CHANCES = 20;

    /** Meanwhile the requests that have used up the memory fail as well, and free theirs. */
    private static final Duration RELIEF = Duration.ofMillis(250);

    private static final Duration LOOK = Duration.ofMillis(100);

    private final Inbox inbox;
    private final Log log;
    private final MasterMode mode;
    private volatile Duration patience;
    private volatile byte[][] reserve;
    private volatile Runnable whenFirst = () -> {};
    private volatile Consumer<String> whenSaid = line -> {};
    private volatile Throwable first;
    private Thread thread;
    private OptionalLong givesUpAt = OptionalLong.empty();

    /** @param grace what the workers have to stop in */
    InternalErrors(Inbox inbox, Log log, MasterMode mode, Duration grace) {
        this.inbox = inbox;
        this.log = log;
        this.mode = mode;
        granted(grace);
        // The heap of a program that uses the library is that program's.
        this.reserve = new byte[PIECES][mode == MasterMode.ENTRYPOINT ? RESERVE / PIECES : 0];
    }

    /** From now on the workers have so long to stop in. */
    void granted(Duration grace) {
        patience = grace.plus(LAST_STEPS);
    }

    /** What is begun anew when an error has broken it off. */
    @FunctionalInterface
    interface Task {
        void run() throws InterruptedException;
    }

    /** Says that a thread cannot go on. One that could only not start another does not count. */
    public void report(Thread failed, Throwable error) {
        if (!FatalError.isWantOfThreads(error)) {
            reportAny(failed, error);
        }
    }

    /** The same for a thread without which the master is of no use: any error counts. */
    public void reportAny(Thread failed, Throwable error) {
        note(failed, error);
        inbox.wake();
    }

    /** Runs {@code task} at the first one, on the thread that reports it; it must not need memory. */
    public void whenFirst(Runnable task) {
        whenFirst = task;
    }

    /** Told, on the loop's thread, the line about the first one just before it is logged: later there may be no memory for it. */
    public void whenSaid(Consumer<String> told) {
        whenSaid = told;
    }

    /** The one that is the reason. */
    public synchronized Optional<FatalError> first() {
        return Optional.ofNullable(first).map(cause -> new FatalError(thread.getName(), cause));
    }

    /** For so long, at most, the loop tries to stop in order. */
    public Duration patience() {
        return patience;
    }

    /** Whether there is one. */
    public boolean any() {
        return first != null;
    }

    boolean keepsReserve() {
        return reserve != null;
    }

    /** The same for the loop's own thread. Allocates nothing: there may be nothing left. */
    void note(Thread failed, Throwable error) {
        reserve = null;
        inbox.broke();
        boolean isFirst;
        synchronized (this) {
            isFirst = first == null;
            if (isFirst) {
                thread = failed;
                first = error;
            }
        }
        if (isFirst) {
            whenFirst.run();
        }
    }

    /** A signal that is lost because there is no memory would be a pod that does not stop. */
    <T> Consumer<T> reporting(Consumer<T> handler) {
        return taken -> {
            try {
                handler.accept(taken);
            } catch (Throwable e) {
                report(Thread.currentThread(), e);
            }
        };
    }

    /** Runs this until it is {@code over}, or was broken off too often. */
    void insist(Task task, BooleanSupplier over) {
        int chances = CHANCES;
        while (chances > 0 && !over.getAsBoolean()) {
            try {
                task.run();
            } catch (OutOfMemoryError e) {
                note(Thread.currentThread(), e);
                chances--;
                LockSupport.parkNanos(this, RELIEF.toNanos());
            } catch (Throwable e) {
                note(Thread.currentThread(), e);
                chances -= CHANCES / 2;
            }
        }
    }

    /** What the supervisor is to be told: once, or again where that was interrupted by another error. Says it in the log. */
    void heed(Consumer<Event> supervisor) {
        if (!any() || givesUpAt.isPresent()) {
            return;
        }
        FatalError error = first().orElseThrow();
        if (mode == MasterMode.ENTRYPOINT) {
            String line = error.line();
            whenSaid.accept(line);
            log.error(EventName.INTERNAL_ERROR, line);
            supervisor.accept(new Event.Failed("an internal error"));
        } else {
            // As a rule it is a hook's, or the program's own, and its caller is told all of it.
            supervisor.accept(new Event.Failed(String.valueOf(error.cause().getMessage())));
        }
        givesUpAt = OptionalLong.of(System.nanoTime() + patience.toNanos());
    }

    /**
     * How long the loop may sleep while it still tries to stop in order; empty without an error. It looks after the children
     * itself then: the JVM loses a SIGCHLD where there is no memory for the thread that is to handle it.
     */
    OptionalLong timeLeft(long now) {
        return givesUpAt.isEmpty()
                ? givesUpAt
                : OptionalLong.of(Math.max(0, Math.min(LOOK.toNanos(), givesUpAt.getAsLong() - now)));
    }

    boolean givesUp() {
        return givesUpAt.isPresent() && System.nanoTime() - givesUpAt.getAsLong() >= 0;
    }
}
