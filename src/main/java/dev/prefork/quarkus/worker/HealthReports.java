package dev.prefork.quarkus.worker;

import dev.prefork.quarkus.worker.OwnChecks.Kind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Runs the application's checks in this worker and tells the master what they find: before READY=1 and then every few seconds.
 *
 * <p>As in a pod of its own, a startup check holds readiness back; a readiness check that is DOWN takes the worker out of the number of
 * those that are ready, and nothing else; a liveness check that is DOWN three times in a row has it replaced.
 *
 * <p>Threading: {@link #beforeReady} on the thread that makes the worker ready, then one daemon thread until the worker stops. The checks
 * themselves run where the extension has them run.
 */
final class HealthReports implements Runnable {
    private static final Logger LOG = Logger.getLogger("dev.prefork.worker");

    /** As many as failureThreshold of a probe in Kubernetes has by default. */
    static final int LIVENESS_FAILURES = 3;

    private final OwnChecks checks;
    private final ToMaster master;
    private final CountDownLatch stop;
    private final Pace pace;
    private final Map<Kind, CompletableFuture<Optional<String>>> unanswered = new EnumMap<>(Kind.class);
    private Optional<Told> told = Optional.empty();
    private int livenessFailures;
    private boolean asked;

    /** What it was told last, and when. */
    private record Told(Optional<String> down, long at) {}

    /** Who is told. */
    interface ToMaster {
        /** @param down why this worker is not ready; empty if it is */
        void health(Optional<String> down);

        /** It is to be replaced. */
        void recycle();
    }

    /**
     * How often.
     *
     * @param interval between two looks
     * @param retry the same while the worker waits for its checks to be UP
     * @param deadline for so long an answer is waited for
     * @param first the same, of the readiness checks of the first worker of a slot, which serves in any case
     * @param repeat what has not changed is told again after so long
     */
    record Pace(Duration interval, Duration retry, Duration deadline, Duration first, Duration repeat) {
        static final Pace DEFAULT = new Pace(
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                Duration.ofSeconds(2),
                Duration.ofMinutes(1));
    }

    /** @param stop counted down when the worker begins to stop: from then on nothing is told */
    HealthReports(OwnChecks checks, ToMaster master, CountDownLatch stop, Pace pace) {
        this.checks = checks;
        this.master = master;
        this.stop = stop;
        this.pace = pace;
    }

    /**
     * Returns when the startup checks are UP, and the master knows of the readiness checks.
     *
     * @param first whether its readiness checks may not keep this worker from serving
     * @param atMost for how long checks may do so, from the moment on that it is asked
     */
    void beforeReady(boolean first, Supplier<Duration> atMost) throws InterruptedException {
        // One that hangs is DOWN early enough for the worker still to be ready in time.
        Optional<String> starting = ask(Kind.STARTUP, shorter(pace.deadline(), atMost.get()));
        while (starting.isPresent() && !pause(pace.retry())) {
            report(starting);
            starting = ask(Kind.STARTUP, shorter(pace.deadline(), atMost.get()));
        }
        Duration patience = first ? shorter(pace.first(), atMost.get()) : atMost.get();
        long begin = System.nanoTime();
        report(ask(Kind.READINESS, shorter(pace.deadline(), patience)));
        while (!first && isDown() && System.nanoTime() - begin < patience.toNanos() && !pause(pace.retry())) {
            Duration left = patience.minusNanos(System.nanoTime() - begin);
            report(ask(Kind.READINESS, shorter(pace.deadline(), left)));
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        Duration less = one.compareTo(other) < 0 ? one : other;
        return less.isNegative() ? Duration.ZERO : less;
    }

    private boolean isDown() {
        return told.filter(last -> last.down().isPresent()).isPresent();
    }

    /** From now on a thread of its own looks. */
    void begin() {
        Thread thread = new Thread(this, "prefork-health");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        try {
            while (!pause(pace.interval())) {
                report(ask(Kind.READINESS, pace.deadline()));
                heed(ask(Kind.LIVENESS, pace.deadline()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** True if the worker stops. */
    private boolean pause(Duration time) throws InterruptedException {
        return stop.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void report(Optional<String> down) {
        long now = System.nanoTime();
        boolean due = told.filter(last -> last.down().equals(down)
                        && now - last.at() < pace.repeat().toNanos())
                .isEmpty();
        // A worker that stops is DOWN by Quarkus' own check, as the master knows.
        if (due && stop.getCount() > 0) {
            told = Optional.of(new Told(down, now));
            master.health(down);
        }
    }

    private void heed(Optional<String> dead) {
        livenessFailures = dead.isPresent() ? livenessFailures + 1 : 0;
        if (livenessFailures >= LIVENESS_FAILURES && !asked && stop.getCount() > 0) {
            asked = true;
            LOG.warnf(
                    "liveness was DOWN %d times in a row, asking to be replaced: %s",
                    livenessFailures, dead.orElse(""));
            master.recycle();
        }
    }

    /** One that does not answer is not asked again until it has: each time might cost the application a thread. */
    private Optional<String> ask(Kind kind, Duration deadline) throws InterruptedException {
        boolean late = unanswered.containsKey(kind);
        try {
            CompletableFuture<Optional<String>> answer = late ? unanswered.get(kind) : checks.ask(kind);
            unanswered.put(kind, answer);
            Optional<String> down = answer.get(late ? 0 : deadline.toNanos(), TimeUnit.NANOSECONDS);
            unanswered.remove(kind);
            return down;
        } catch (TimeoutException e) {
            return Optional.of("its checks have not answered yet");
        } catch (ExecutionException e) {
            unanswered.remove(kind);
            return failure(e.getCause());
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            return failure(e);
        }
    }

    private static Optional<String> failure(Throwable cause) {
        return Optional.of("its checks could not be run: " + cause);
    }
}
