package dev.prefork.metrics.meters;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How much of what the pod can do it is doing, from 0 to 1, for autoscalers and people who choose the number of pods. It is the largest of three
 * parts: the CPU time that workers took of what they may take, the connections that wait for a worker, and for how long none
 * of these has been accepted. The last says so when workers hang: then they take no time, and the queue may be short.
 *
 * <p>Threading: any thread; one at a time.
 */
final class Saturation {
    /** So many waiting connections for each worker are a full queue: one that works takes them faster than they come. */
    private static final int WAITING_FOR_EACH = 16;

    /** When none was accepted for so long, nothing is being done. */
    static final Duration STALLED = Duration.ofSeconds(5);

    /** What happened before that is past. */
    private static final long WINDOW = Duration.ofSeconds(60).toNanos();

    /** Two looks that are closer say nothing, for the kernel counts in hundredths of a second. */
    private static final long CLOSEST = Duration.ofSeconds(1).toNanos();

    private record Look(long now, double cpuSeconds) {}

    private final Deque<Look> looks = new ArrayDeque<>();
    private double cpu;
    private double queue;
    private double stalled;

    /**
     * Looks.
     *
     * @param now in nanoseconds
     * @param cpuSeconds of all workers that there ever were
     * @param waiting connections not accepted yet
     * @param workers how many there should be
     * @param cores how many these may use together; 0 if unknown
     */
    synchronized void look(long now, double cpuSeconds, long waiting, int workers, double cores) {
        queue = Math.min(1, waiting / (double) (WAITING_FOR_EACH * Math.max(1, workers)));
        while (looks.size() > 1 && now - looks.peekFirst().now > WINDOW) {
            looks.removeFirst();
        }
        if (looks.isEmpty()) {
            looks.addLast(new Look(now, cpuSeconds));
            return;
        }
        Look first = looks.peekFirst();
        if (now - first.now >= CLOSEST && cores > 0) {
            double taken = cpuSeconds - first.cpuSeconds;
            double granted = cores * (now - first.now) / 1e9;
            cpu = Math.max(0, Math.min(1, taken / granted));
        }
        if (now - looks.peekLast().now >= CLOSEST) {
            looks.addLast(new Look(now, cpuSeconds));
        }
    }

    /** Notes for how long connections have waited without one being accepted. */
    synchronized void stalledFor(double seconds) {
        stalled = Math.min(1, seconds / STALLED.toSeconds());
    }

    synchronized double stalled() {
        return stalled;
    }

    synchronized double cpu() {
        return cpu;
    }

    synchronized double queue() {
        return queue;
    }

    synchronized double ratio() {
        return Math.max(Math.max(cpu, queue), stalled);
    }
}
