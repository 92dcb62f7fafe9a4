package dev.prefork.supervise;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Workers that are booted and accept nothing until one that serves is missing, or is to be replaced: then one of them takes its place at
 * once. The next one is booted behind it {@link #REST a while later}, one at a time. None is while the first workers boot, or in a stop.
 *
 * <p>Only one of the version that is known to be good takes over. In a reload they stay as they are until all that serve have been replaced;
 * so nothing is missing if it is aborted, and those that it has made useless are ended and booted anew when it is completed.
 */
final class Standbys {
    /**
     * For so long after a takeover none is started: its boot would take the CPU from the one that serves its first requests, whose code is
     * being compiled at that time. It holds for those of another version as well, which a completed reload wants.
     */
    static final Duration REST = Duration.ofSeconds(5);

    private final Fleet fleet;
    private final Stop stop;
    private final Termination termination;
    private final Rollout rollout;
    private final Consumer<Report> tell;
    private boolean allowed;

    /** One has shown that it cannot stand by; all are started by the same command. */
    private boolean impossible;

    private int version;

    /** Of standbys, in a row. */
    private int failures;

    /** The last delay, and after how many failures of whom. */
    private Delay delay = new Delay(0, 0, 0);

    /** Since the last takeover; never before the first. */
    private long restsUntil = Long.MIN_VALUE;

    private record Delay(long until, int failures, long nanos) {}

    Standbys(Fleet fleet, Shutdown shutdown, Rollout rollout, Consumer<Report> tell) {
        this.fleet = fleet;
        this.stop = shutdown.stop();
        this.termination = shutdown.termination();
        this.rollout = rollout;
        this.tell = tell;
    }

    /** Does what can be done at this moment. */
    void advance(long now) {
        if (stop.begun()) {
            // They serve nothing: they need not be kept until the others have drained.
            endAll("the master is stopping", now);
            return;
        }
        if (version != rollout.good()) {
            version = rollout.good();
            // What was wrong with those of the earlier one may be right with these.
            impossible = false;
            endAll("standby of an earlier version", now);
        }
        allowed |= fleet.everyKept(Group.KEPT_READY_ONCE);
        if (allowed && !impossible && fleet.any(Group.FREE_STANDBY) && !fleet.any(Group.STANDBY_TO_COME)) {
            begin(fleet.in(Group.FREE_STANDBY).first(), now);
        }
    }

    private void begin(Slot slot, long now) {
        long rested = Math.max(now, restsUntil);
        long at = Math.max(rested, delay.until);
        slot.transition(new Slot.Waiting(at, new Slot.Start(StartReason.STANDBY, version)));
        if (at > rested) {
            tell.accept(new Report.RecoveryDelayed(slot.number(), delay.failures, delay.nanos));
        }
    }

    private void endAll(String why, long now) {
        for (Slot slot : List.copyOf(fleet.in(Group.STANDBY))) {
            if (slot.content() instanceof Slot.Waiting) {
                slot.transition(Slot.EMPTY);
            } else if (slot.content() instanceof Worker worker) {
                termination.ask(worker, why, now);
            }
        }
    }

    /** A spawn has been answered: by now it may be in vain. */
    void started(Worker worker, long now) {
        if (worker.version != rollout.good()) {
            termination.ask(worker, "standby of an earlier version", now);
        } else if (impossible) {
            termination.ask(worker, "no longer needed", now);
        }
    }

    /** It was seen to accept connections, which it is to leave to others. Those that are warm already have not been. */
    void accepts(Worker worker, long now) {
        if (!impossible) {
            impossible = true;
            tell.accept(new Report.StandbyAccepts(worker.slot, worker.pid));
            List.copyOf(fleet.in(Group.STANDBY)).stream()
                    .filter(slot -> slot.content() instanceof Slot.Waiting)
                    .forEach(slot -> slot.transition(Slot.EMPTY));
        }
        termination.ask(worker, "it cannot stand by", now);
    }

    /** It was to be replaced: nothing has to be kept in its place meanwhile. */
    void recycle(Worker worker, long now) {
        termination.ask(worker, "standby to be replaced", now);
    }

    /** One more has failed; how many in a row that makes. */
    int countFailure(boolean proven) {
        failures = proven ? 1 : failures + 1;
        return failures;
    }

    /** The next one is booted so much later, after so many failures in a row. */
    void delay(int inARow, long nanos, long now) {
        if (now + nanos - delay.until > 0) {
            delay = new Delay(now + nanos, inARow, nanos);
        }
    }

    /**
     * Lets one take this place, if there is one. A worker that is in it is asked to stop then.
     *
     * @param instead of this one, which is in it, or was last
     * @return which one, from now on in this place
     */
    Optional<Worker> takeOver(Slot place, Optional<Report.Predecessor> instead, long now) {
        Optional<Slot> warm = Optional.of(fleet.in(Group.WARM_STANDBY))
                .filter(slots -> !stop.begun() && !slots.isEmpty())
                .map(slots -> slots.first())
                .filter(slot -> ((Worker) slot.content()).version == rollout.good());
        return warm.map(slot -> takeOver(place, slot, instead, now));
    }

    /** Also for one that waits already. */
    private void rest(long now) {
        restsUntil = now + REST.toNanos();
        fleet.in(Group.STANDBY_TO_COME).stream()
                .filter(slot -> slot.content() instanceof Slot.Waiting)
                .findFirst()
                .ifPresent(slot -> slot.transition(new Slot.Waiting(
                        Math.max(restsUntil, slot.waiting().dueAt()),
                        slot.waiting().start())));
    }

    private Worker takeOver(Slot place, Slot standby, Optional<Report.Predecessor> instead, long now) {
        if (place.content() instanceof Slot.Waiting) {
            place.transition(Slot.EMPTY);
        }
        place.exchange(standby);
        Worker worker = (Worker) place.content();
        worker.takeOver(now);
        rest(now);
        tell.accept(new Report.StandbyTookOver(worker.slot, worker.pid, place.place, instead));
        if (standby.content() instanceof Worker old) {
            termination.ask(old, "replaced by pid " + worker.pid, now);
        }
        return worker;
    }
}
