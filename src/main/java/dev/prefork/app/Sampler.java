package dev.prefork.app;

import dev.prefork.log.EventName;
import dev.prefork.master.FatalError;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks at something again and again, on a daemon thread of its own. What it looks at are files of the kernel, which may be
 * unusual, so a failure is said and it looks again; an error goes to the thread's uncaught exception handler.
 */
final class Sampler implements AutoCloseable {
    private final ScheduledExecutorService timer;
    private final String complaint;
    private final Runnable look;

    private Sampler(String name, String complaint, Runnable look) {
        this.complaint = complaint;
        this.look = look;
        timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Makes one that does not look yet.
     *
     * @param name the thread's
     * @param complaint how the line about a failure begins
     */
    static Sampler named(String name, String complaint, Runnable look) {
        return new Sampler(name, complaint, look);
    }

    /** Begins to look, so long after each look. */
    Sampler begin(Duration period) {
        timer.scheduleWithFixedDelay(this::look, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
        return this;
    }

    /** A task that throws here would silently never be called again: the executor keeps it for one who asks for the result. */
    private void look() {
        try {
            look.run();
        } catch (RuntimeException e) {
            Console.warn(EventName.LOOK_FAILED, complaint + ", retrying: " + e);
        } catch (Error e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            if (!FatalError.isWantOfThreads(e)) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
