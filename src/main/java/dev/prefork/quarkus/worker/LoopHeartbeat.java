package dev.prefork.quarkus.worker;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A sign of life that only living event loops can give. A token goes from loop to loop, the beat is given by the last one,
 * and after a pause the first one starts the next round. A loop that is blocked holds the token back and so silences the
 * beat; once it goes on, the beat does as well.
 *
 * <p>Threading: the loops themselves; none of its own. It ends with the loops.
 */
record LoopHeartbeat(List<EventExecutor> loops, Duration pause, Runnable beat) {
    /**
     * Starts with a beat at once.
     *
     * @param beat called on an event loop, so that it must not wait for anything
     */
    static void start(List<EventExecutor> loops, Duration pause, Runnable beat) {
        if (!loops.isEmpty()) {
            new LoopHeartbeat(List.copyOf(loops), pause, beat).pass(0);
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
        beat.run();
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
