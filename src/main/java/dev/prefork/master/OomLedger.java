package dev.prefork.master;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Tells which exits were OOM kills. The kernel counts such kills without naming the process, so
 * each count pays for one death by SIGKILL, and only for one that follows at once: it may have been a worker's child that
 * was killed, which we never hear of.
 *
 * <p>Threading: any thread.
 */
final class OomLedger {
    /** From the kernel's count to our reaping: ample for a large process to give its memory back. */
    private static final Duration FRESH = Duration.ofSeconds(10);

    private final Supplier<OptionalLong> counter;
    private long counted;
    private long unclaimed;
    private long unclaimedSince;

    /** @param counter how many kills the kernel has counted so far; empty where it does not say */
    OomLedger(Supplier<OptionalLong> counter) {
        this.counter = counter;
        counted = counter.get().orElse(0);
    }

    /** Takes note of what the kernel has counted by now. */
    synchronized void observe(long now) {
        long count = counter.get().orElse(counted);
        if (unclaimed > 0 && now - unclaimedSince >= FRESH.toNanos()) {
            unclaimed = 0;
        }
        if (count > counted) {
            unclaimed += count - counted;
            unclaimedSince = now;
        }
        counted = count;
    }

    /** Whether a kill that the kernel has counted is left to explain a death by SIGKILL. */
    synchronized boolean claim(long now) {
        observe(now);
        if (unclaimed == 0) {
            return false;
        }
        unclaimed--;
        return true;
    }
}
