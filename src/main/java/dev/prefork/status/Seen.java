package dev.prefork.status;

import dev.prefork.supervise.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** All that is known at one moment. Immutable. */
record Seen(Moment now, Snapshot snapshot, Health health, Kernel kernel, Bounds bounds) {

    /**
     * A moment on two clocks.
     *
     * @param time by the wall clock
     * @param nanos on the clock of the snapshot
     */
    record Moment(Instant time, long nanos) {}

    /**
     * What the kernel tells.
     *
     * @param usage by pid
     * @param leader pid of the worker that leads; empty if none does, or it cannot be seen
     */
    record Kernel(Map<Integer, Usage> usage, List<ListenerStatus> listeners, OptionalInt leader) {}

    /** When a moment of the snapshot's clock was. */
    Instant timeOf(long moment) {
        return now.time.minusNanos(now.nanos - moment);
    }

    /** How long ago it was, in seconds. */
    double secondsSince(long moment) {
        return Math.max(0, now.nanos - moment) / 1e9;
    }
}
