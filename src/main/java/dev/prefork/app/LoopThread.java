package dev.prefork.app;

import dev.prefork.config.RefusedException;
import dev.prefork.log.Entry;
import dev.prefork.log.EventName;
import dev.prefork.log.Key;
import dev.prefork.log.Level;
import dev.prefork.master.FatalError;
import dev.prefork.master.Master;
import dev.prefork.master.SignalUnavailableException;
import dev.prefork.supervise.ExitCode;
import dev.prefork.supervise.Outcome;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The thread of the master's loop, the wait for its end, and the guarantee that the process does not outlive it: any thread
 * of the process that dies of an error makes the loop stop, and where the loop, or the end of the process after it, takes too long,
 * the process is halted. That is an end in order too: as PID 1 the kernel ends the workers then, elsewhere the {@link
 * dev.prefork.master.Guard} does.
 *
 * <p>Threading: any thread may wait. It is told by monitors and not by futures, which allocate when they complete, and would
 * leave their waiters asleep where there is no memory left.
 */
public final class LoopThread implements ReportListener.Selective, AutoCloseable {
    /** For the way from the loop's end to the process': closing the management interface takes one, and what is below. */
    private static final Duration EXIT = Duration.ofSeconds(10);

    private static final Logger LOG = Logger.getLogger(LoopThread.class);
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final String OUR_THREADS = "prefork-";

    /** For the last line. */
    private static final int RESERVE = 1 << 16;

    private final Master master;
    private final BooleanSupplier awaitLog;
    private final IntConsumer halt;
    private final Duration exit;

    private final Thread thread;
    private final Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    private boolean up;
    private long stopBegan = System.nanoTime();
    private boolean over;
    private boolean failed;
    private boolean closed;
    private Outcome outcome;
    private Throwable failure;
    private final LastWords lastWords = LastWords.onStandardError();
    private volatile byte[] reserve = new byte[RESERVE];

    /** Made now: to link a lambda takes memory. */
    private final BooleanSupplier sayAll = this::sayAll;

    private final BooleanSupplier sayHalted = this::sayHalted;

    LoopThread(Master master, BooleanSupplier awaitLog, ReportListener... listeners) {
        this(master, awaitLog, Runtime.getRuntime()::halt, EXIT, listeners);
    }

    /** @param halt ends the process with an exit code, without any ceremony */
    LoopThread(Master master, BooleanSupplier awaitLog, IntConsumer halt, Duration exit, ReportListener... listeners) {
        this.master = master;
        this.awaitLog = awaitLog;
        this.halt = halt;
        this.exit = exit;
        ReportListener[] all =
                Stream.concat(Stream.of(this), Stream.of(listeners)).toArray(ReportListener[]::new);
        thread = new Thread(() -> run(all), "prefork-master");
    }

    /**
     * Starts the loop; from now on an error that ends any thread of this process ends the process, in order. So does an exception,
     * if the thread is one of ours.
     */
    LoopThread begin() {
        master.errors().whenFirst(this::failed);
        master.errors().whenSaid(lastWords::prepare);
        Thread.setDefaultUncaughtExceptionHandler(this::died);
        // What is called for the first time is linked, for which later there may be no memory.
        FatalError.isWantOfThreads(new OutOfMemoryError(""));
        thread.start();
        return this;
    }

    /** An application that is booted in this process has threads of its own, whose exceptions are its own affair. */
    private void died(Thread died, Throwable of) {
        if (FatalError.isWantOfThreads(of)) {
            Console.warn(
                    EventName.INTERNAL_ERROR,
                    "thread " + died.getName() + " could not start another one and ended: no process can be started");
        } else if (of instanceof Error || died.getName().startsWith(OUR_THREADS)) {
            master.errors().report(died, of);
        } else if (before != null) {
            before.uncaughtException(died, of);
        } else {
            LOG.error("thread " + died.getName() + " ended", of);
        }
    }

    private void run(ReportListener... listeners) {
        try {
            outcome = master.run(listeners);
            if (outcome == Outcome.STOPPED) {
                sayStopped();
            }
        } catch (Throwable e) {
            // The thread that waits for the outcome reports it.
            failure = e;
        } finally {
            over();
        }
        if (failure != null) {
            guardExit();
        }
    }

    /** While there is a log: the management interface, and what it logs by, ends after the loop. */
    private void sayStopped() {
        double seconds = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - stopBegan) / MILLIS_PER_SECOND;
        Console.log(Entry.of(
                        Level.INFO,
                        EventName.MASTER_STOPPED,
                        String.format(Locale.ROOT, "stopped, %.1f s after the stop began", seconds))
                .with(Key.SECONDS, seconds));
    }

    private synchronized void over() {
        over = true;
        notifyAll();
    }

    private synchronized void failed() {
        failed = true;
        notifyAll();
    }

    /** After an error no part of the exit can be relied on: a dead event loop, for one, keeps Vert.x from ever closing. */
    private void guardExit() {
        if (!awaitClosed(System.nanoTime() + exit.toNanos())) {
            halt();
        }
    }

    private synchronized boolean awaitClosed(long deadline) {
        while (!closed && System.nanoTime() - deadline < 0) {
            await(deadline);
        }
        return closed;
    }

    @Override
    public synchronized void on(Report.FirstGenerationReady ready) {
        up = true;
        notifyAll();
    }

    /** By the loop, which alone asks for it. */
    @Override
    public void on(Report.StopBegan began) {
        stopBegan = System.nanoTime();
    }

    /** What a wait for the workers has led to. */
    public enum Progress {
        /** All are ready. */
        UP,
        /** Nothing has happened meanwhile. */
        BOOTING,
        /** The master has ended, or is about to because of an error. */
        OVER
    }

    /** Waits for a while until the workers are up. */
    public synchronized Progress awaitProgress(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!up && !failed && !over && System.nanoTime() - deadline < 0) {
            await(deadline);
        }
        if (failed || over) {
            return Progress.OVER;
        }
        return up ? Progress.UP : Progress.BOOTING;
    }

    /** Waits until the workers are up, so that there is time for what is not urgent; false if that is not to come. */
    public synchronized boolean awaitUp() {
        while (!up && !failed && !over) {
            await(Long.MAX_VALUE);
        }
        return !failed && !over;
    }

    /** Waits until the master has ended. If it does not end in time after an error, the process does. */
    public void awaitEnd() {
        if (!awaitOver()) {
            halt();
        }
    }

    private synchronized boolean awaitOver() {
        while (!over && !failed) {
            await(Long.MAX_VALUE);
        }
        // In numbers: there may be no memory for a sum of durations.
        long deadline = System.nanoTime() + master.errors().patience().toNanos() + exit.toNanos();
        while (!over && System.nanoTime() - deadline < 0) {
            await(deadline);
        }
        return over;
    }

    /** Interrupted or not, it waits: no thread of this process has a reason to interrupt it. */
    private void await(long deadline) {
        try {
            if (deadline == Long.MAX_VALUE) {
                wait();
            } else {
                TimeUnit.NANOSECONDS.timedWait(this, deadline - System.nanoTime());
            }
        } catch (InterruptedException e) {
            // The flag is cleared by this, so the next wait does wait.
            return;
        }
    }

    /** Whether the master has ended. */
    public synchronized boolean isOver() {
        return over;
    }

    /** Where the thread that serves beside the master reports what has ended it. */
    public void report(Throwable error) {
        master.errors().reportAny(Thread.currentThread(), error);
    }

    /** How the master ended; empty if it broke, for {@link #failure}. */
    synchronized Optional<Outcome> outcome() {
        return Optional.ofNullable(outcome);
    }

    /** What broke it, with the thread in which it came. */
    synchronized FatalError failure() {
        return master.errors().first().orElseGet(() -> new FatalError(thread.getName(), failure));
    }

    /**
     * Says what broke it.
     *
     * @throws RefusedException if that is the user's to remedy
     */
    void sayFailure() {
        reserve = null;
        lastWords.say(sayAll);
    }

    private boolean sayAll() {
        FatalError broke = failure();
        if (broke.cause() instanceof SignalUnavailableException unavailable) {
            throw new RefusedException(ExitCode.USAGE, unavailable.getMessage());
        }
        TerminationMessage.of(broke.line()).say();
        if (!broke.isOutOfMemory()) {
            // Not through the log, which is closed by now.
            broke.cause().printStackTrace();
        }
        return awaitLog.getAsBoolean();
    }

    private void halt() {
        try {
            reserve = null;
            lastWords.say(sayHalted);
        } finally {
            halt.accept(ExitCode.INTERNAL.code());
        }
    }

    private boolean sayHalted() {
        TerminationMessage.of(failure().line() + "; it did not stop in time, so it was halted")
                .say();
        return awaitLog.getAsBoolean();
    }

    /** The process is about to exit, or, in a test, goes on. */
    @Override
    public void close() {
        Thread.setDefaultUncaughtExceptionHandler(before);
        synchronized (this) {
            closed = true;
            notifyAll();
        }
    }
}
