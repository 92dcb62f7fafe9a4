package dev.prefork.quarkus.worker;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A heartbeat that only running event loops can give. A token goes from loop to loop, the last one sends the heartbeat,
 * and after a pause the first one starts the next round. A loop that is blocked holds the token back, and with it the
 * heartbeat, until it runs again.
 *
 * <p>Threading: the loops themselves; none of its own. It ends with the loops.
 */
record LoopHeartbeat(List<EventExecutor> loops, Duration pause, Runnable heartbeat) {
    /**
     * Starts with a heartbeat at once.
     *
     * @param heartbeat called on an event loop, so that it must not wait for anything
     */
    static void start(List<EventExecutor> loops, Duration pause, Runnable heartbeat) {
        if (!loops.isEmpty()) {
            new LoopHeartbeat(List.copyOf(loops), pause, heartbeat).pass(0);
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
        heartbeat.run();
        unlessShutDown(() -> loops.get(holder).schedule(() -> pass(0), pause.toNanos(), TimeUnit.NANOSECONDS));
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
