package dev.prefork.supervise;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Leads a stop through its phases: it keeps serving, refuses new connections while those that wait are accepted, ends the workers. */
final class Shutdown {
    private final Stop stop;
    private final Termination termination;
    private final Leftovers leftovers;
    private final Fleet fleet;
    private final Waitlist waitlist;
    private final RecoverMeter meter;
    private final Consumer<Report> tell;
    private int exitsAtStop;
    private boolean requestsMayCome;
    private boolean lastLook;
    private OptionalInt waiting = OptionalInt.empty();

    Shutdown(PolicyInForce policy, Fleet fleet, Waitlist waitlist, RecoverMeter meter, Consumer<Report> tell) {
        this.stop = new Stop(policy);
        this.termination = new Termination(stop, tell);
        this.leftovers = new Leftovers(stop);
        this.fleet = fleet;
        this.waitlist = waitlist;
        this.meter = meter;
        this.tell = tell;
    }

    /** How far it has come. */
    Stop stop() {
        return stop;
    }

    /** How a worker is brought to its end. */
    Termination termination() {
        return termination;
    }

    /** What is done once the workers are gone. */
    Leftovers leftovers() {
        return leftovers;
    }

    /** The unexpected exits inside the window, or those at the moment from which none was replaced. */
    int exits(long now) {
        return stop.replaces() ? meter.count(now) : exitsAtStop;
    }

    /** What time alone does. */
    void elapse(long now) {
        if (stop.phase() == StopPhase.UNREADY && (now - stop.servesUntil() >= 0 || noWorkerWillServe())) {
            refuse(now);
        }
        if (stop.phase() == StopPhase.EMPTYING && (now - stop.emptiesUntil() >= 0 || noWorkerWillAccept())) {
            end(now);
        }
    }

    /** So many connections wait. */
    void measured(int connections, long now) {
        if (stop.phase() == StopPhase.EMPTYING) {
            stop.measured(now);
            waiting = OptionalInt.of(connections);
            if (connections == 0) {
                end(now);
            }
        } else if (lastLook) {
            int before = Math.max(connections, waiting.orElse(0));
            waiting = OptionalInt.of(0);
            if (before > 0) {
                tell.accept(new Report.QueueClosed(before, connections));
            }
        }
    }

    /** The first request begins a stop; another one kills at once, unless it is the first one's double. */
    void asked(Event.StopAsked asked, long now) {
        long at = asked.at().orElse(now);
        if (stop.askedFirst(at)) {
            begin(Outcome.STOPPED, asked.why(), asked.serveOn(), now);
        } else if (!stop.isDouble(at)) {
            hurry(now);
        }
    }

    /** Begins a stop, unless one has begun. */
    void begin(Outcome outcome, String why, boolean serveOn, long now) {
        if (stop.begun()) {
            return;
        }
        requestsMayCome = fleet.any(Group.READY_ONCE);
        tell.accept(new Report.StopBegan(why, outcome, fleet.count(Group.OCCUPIED)));
        if (stop.begin(outcome, serveOn && requestsMayCome, now)) {
            tell.accept(new Report.DrainBegan(stop.servesUntil() - now));
        } else {
            refuse(now);
        }
    }

    /** An internal error: no worker keeps serving beside it, also if another stop is in course, and it is the outcome. */
    void failed(String why, long now) {
        begin(Outcome.FAILED, why, false, now);
        stop.failed();
        if (stop.phase() == StopPhase.UNREADY) {
            refuse(now);
        }
    }

    /** From here on no new connection is accepted, and no worker is replaced. */
    void refuse(long now) {
        // Kept, since the exits that are the reason may have left the window by the time it is told.
        exitsAtStop = meter.count(now);
        stop.enter(StopPhase.EMPTYING, now);
        List.copyOf(fleet.in(Group.WAITING)).forEach(slot -> slot.transition(Slot.EMPTY));
    }

    /** Once no worker is left: ends what they left behind, counts who still waits, to be told of, and says that all is over. */
    Optional<Action> finish(long now) {
        if (stop.phase() != StopPhase.ENDING || fleet.any(Group.IN_USE)) {
            return Optional.empty();
        }
        if (!leftovers.isOver()) {
            return leftovers.next(now);
        }
        if (!lastLook && waiting.orElse(1) > 0) {
            lastLook = true;
            return Optional.of(new Action.MeasureQueue(true));
        }
        return stop.finish();
    }

    /** One that is starting is waited for, where there was a ready one before: clients wait for it. */
    private boolean noWorkerWillAccept() {
        return !fleet.any(Group.READY) && !(requestsMayCome && fleet.any(Group.STARTING));
    }

    private boolean noWorkerWillServe() {
        return !fleet.any(Group.READY) && !fleet.any(Group.STARTING) && !waitlist.anyBefore(stop.servesUntil());
    }

    private void hurry(long now) {
        if (stop.phase() != StopPhase.ENDING) {
            end(now);
        }
        fleet.workers(Group.OCCUPIED).forEach(worker -> termination.hurry(worker, now));
        leftovers.hurry(now);
    }

    private void end(long now) {
        if (stop.phase() == StopPhase.UNREADY) {
            refuse(now);
        }
        waiting.ifPresent(left -> tell.accept(new Report.QueueEmptied(left, stop.inPhaseFor(now))));
        stop.enter(StopPhase.ENDING, now);
        fleet.workers(Group.OCCUPIED).forEach(worker -> termination.ask(worker, "the master is stopping", now));
    }
}
