package dev.prefork.quarkus.worker;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A heartbeat that only running event loops can give. A token goes from loop to loop, then to the pools for blocking work, which
 * send the heartbeat, and after a pause the first one starts the next round. A loop that is blocked holds the token back, and with it the
 * heartbeat, until it runs again.
 *
 * <p>Threading: the loops and pools themselves; none of its own. It ends with the loops.
 */
record LoopHeartbeat(List<EventExecutor> loops, Consumer<Runnable> pools, Duration pause, Runnable heartbeat) {
    /**
     * Starts with a heartbeat at once.
     *
     * @param pools runs what it is given once the pools for blocking work are seen to get on, see {@link BlockingPools}
     * @param heartbeat called on any thread, also an event loop, so that it must not wait for anything
     */
    static void start(List<EventExecutor> loops, Consumer<Runnable> pools, Duration pause, Runnable heartbeat) {
        if (!loops.isEmpty()) {
            new LoopHeartbeat(List.copyOf(loops), pools, pause, heartbeat).pass(0);
        }
    }

    private void pass(int next) {
        unlessShutDown(() -> loops.get(next).execute(() -> received(next)));
    }

    private void received(int holder) {
        if (holder + 1 < loops.size()) {
            pass(holder + 1);
            return;
        }
        pools.accept(() -> {
            try {
                heartbeat.run();
            } finally {
                unlessShutDown(() -> loops.get(holder).schedule(() -> pass(0), pause.toNanos(), TimeUnit.NANOSECONDS));
            }
        });
    }

    private static void unlessShutDown(Runnable step) {
        try {
            step.run();
        } catch (RejectedExecutionException e) {
            // The loops are shut down: the process is about to end.
            return;
        }
    }
}
