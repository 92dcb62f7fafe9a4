package dev.prefork.app;

import dev.prefork.listen.StallMeter;
import dev.prefork.log.RecentEntries;
import dev.prefork.master.Master;
import dev.prefork.metrics.merge.Scrape;
import dev.prefork.status.StatusReport;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * The master of this process, for the parts that Quarkus makes: they cannot be handed it, since it runs before they are.
 * Any thread.
 *
 * @param meters what it measures itself
 * @param scrape what a scrape returns
 * @param looks what else there is to see
 * @param minReady how many workers have to be ready for the pod to be, at the moment
 */
public record RunningMaster(Master master, MeterBinder meters, Scrape scrape, Looks looks, IntSupplier minReady) {
    private static final AtomicReference<RunningMaster> CURRENT = new AtomicReference<>();

    /**
     * What there is to see beside the workers.
     *
     * @param stalled the listeners on which connections have waited too long without one being accepted
     * @param bootCache what workers start from, in words
     * @param standbys how many there should be
     * @param status all that is to be seen, as JSON; see {@link StatusReport}
     */
    public record Looks(
            Supplier<List<StallMeter.Stall>> stalled,
            Supplier<String> bootCache,
            int standbys,
            Supplier<byte[]> status,
            Remote remote) {}

    /**
     * What those at the management interface need beside that.
     *
     * @param log what has happened
     * @param adminToken of those who may change something; empty where none may. Files may be read
     */
    public record Remote(RecentEntries log, Supplier<Optional<String>> adminToken, Actions actions) {}

    /** The listeners on which connections have waited too long without one being accepted. */
    public Supplier<List<StallMeter.Stall>> stalled() {
        return looks.stalled();
    }

    /** Empty in a worker, and in an application without a master. */
    public static Optional<RunningMaster> current() {
        return Optional.ofNullable(CURRENT.get());
    }

    /** For what every application that depends on us asks on its way up. */
    public static boolean exists() {
        return CURRENT.get() != null;
    }

    public static RunningMaster publish(RunningMaster running) {
        if (!CURRENT.compareAndSet(null, running)) {
            throw new IllegalStateException("a master is already running in this process");
        }
        return running;
    }

    /**
     * Does what a request asks for. An error in it ends the master: who called it would swallow the error, and the memory that
     * ran out is not the request's alone. An exception is the request's own, whose client may just be gone.
     */
    public <T> T reporting(Supplier<T> answer) {
        try {
            return answer.get();
        } catch (Error e) {
            master.errors().report(Thread.currentThread(), e);
            throw e;
        }
    }

    /** An error that this thread has caught ends the master of this process, if there is one. Allocates nothing. */
    public static void report(Error error) {
        RunningMaster running = CURRENT.get();
        if (running != null) {
            running.master().errors().report(Thread.currentThread(), error);
        }
    }

    public static void retire(RunningMaster running) {
        CURRENT.compareAndSet(running, null);
    }
}
