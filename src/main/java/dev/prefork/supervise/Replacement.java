package dev.prefork.supervise;

import java.util.Optional;

/**
 * One worker that is replaced by another.
 *
 * @param target whose worker is replaced
 * @param old that one, if there was one
 */
record Replacement(Slot target, Optional<Report.Predecessor> old, StartReason reason, int version) {
    Slot.Start start() {
        return new Slot.Start(reason, old, version);
    }

    /** Whether another worker than the old one is in the place. */
    boolean isNewIn(Slot slot) {
        return slot.content() instanceof Worker worker
                && old.map(Report.Predecessor::pid).orElse(0) != worker.pid;
    }
}
