package dev.prefork.app;

import dev.prefork.log.EventName;
import dev.prefork.master.FatalError;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the settings anew on a daemon thread of its own: a file system that does not answer, or a FIFO, keeps its reader for as long as
 * it likes. The JVM starts a thread for each signal, so that each SIGHUP would be one thread more that waits, and in the end one reload
 * more; {@link FileWatch} would not look meanwhile. What is asked for during a reading is merged into one more, which is given the last
 * reason.
 *
 * <p>Threading: any thread may ask, and waits for nothing.
 */
final class ReloadThread implements Consumer<String>, AutoCloseable {
    /** A reading that takes longer waits for something. */
    private static final Duration LONG = Duration.ofSeconds(1);

    private final Consumer<String> reading;
    private final Thread thread;
    private Optional<String> asked = Optional.empty();
    private boolean busy;
    private boolean said;
    private boolean closed;
    private long since;

    private ReloadThread(Consumer<String> reading) {
        this.reading = reading;
        thread = new Thread(this::run, "prefork-reload");
        thread.setDaemon(true);
    }

    /** @param reading is given the reason, such as a signal, on the thread that begins here */
    static ReloadThread begin(Consumer<String> reading) {
        ReloadThread reload = new ReloadThread(reading);
        // Not when it is needed: a worker may have used up the pids by then.
        reload.thread.start();
        return reload;
    }

    @Override
    public synchronized void accept(String why) {
        asked = Optional.of(why);
        notifyAll();
        long seconds = Duration.ofNanos(System.nanoTime() - since).toSeconds();
        if (busy && !said && seconds >= LONG.toSeconds()) {
            said = true;
            Console.warn(
                    EventName.RELOAD_WAITING,
                    why + ": the settings are read once more when a reading that began " + seconds
                            + " s ago is over; a FIFO, or a file system that does not answer, keeps it waiting:"
                            + " check --env-file and config/application.properties");
        }
    }

    private void run() {
        for (Optional<String> why = next(); why.isPresent(); why = next()) {
            try {
                reading.accept(why.get());
            } catch (RuntimeException e) {
                Console.error(EventName.RELOAD_REFUSED, why.get() + ": not reloading: " + e);
            } catch (Error e) {
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
                if (!FatalError.isWantOfThreads(e)) {
                    throw e;
                }
            }
        }
    }

    /** Waits until it is asked for; empty when there is no more to read. */
    private synchronized Optional<String> next() {
        busy = false;
        while (asked.isEmpty() && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                return Optional.empty();
            }
        }
        Optional<String> why = closed ? Optional.empty() : asked;
        asked = Optional.empty();
        busy = true;
        said = false;
        since = System.nanoTime();
        return why;
    }

    /** Waits for no reading: one that hangs would keep the pod from ending. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
