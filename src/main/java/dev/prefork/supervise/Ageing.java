package dev.prefork.supervise;

/** What time alone does to workers that are not on their way out, and when it does something next. */
final class Ageing {
    private final Fleet fleet;
    private final Stop stop;
    private final Termination termination;
    private final StartLimiter limiter;
    private final Watch watch;

    Ageing(Fleet fleet, Shutdown shutdown, StartLimiter limiter, Watch watch) {
        this.fleet = fleet;
        this.stop = shutdown.stop();
        this.termination = shutdown.termination();
        this.limiter = limiter;
        this.watch = watch;
    }

    /** Whether it has lived for long enough to count as ready. */
    boolean makesReady(Slot slot, Worker worker, long now) {
        return worker.state() instanceof Worker.Starting && !isUnwanted(slot) && limiter.isProvenByAge(worker, now);
    }

    void elapse(Slot slot, Worker worker, long now) {
        if (worker.state() instanceof Worker.Ready ready) {
            elapse(slot, worker, ready, now);
        } else if (isUnwanted(slot)) {
            termination.ask(worker, "scaling down", now);
        } else if (limiter.isOverdue(worker, now)) {
            termination.overdue(worker, limiter.rules().readiness(), now);
        }
    }

    private boolean isUnwanted(Slot slot) {
        return stop.replaces() && fleet.isSurplus(slot);
    }

    private void elapse(Slot slot, Worker worker, Worker.Ready ready, long now) {
        if (!stop.replaces()) {
            return;
        }
        if (fleet.isSurplus(slot) && fleet.everyKept(Group.KEPT_READY)) {
            // Not earlier: until then it does the work of one that is missing.
            termination.ask(worker, "scaling down", now);
        } else if (!ready.suspect() && watch.findsSilent(worker, ready, now)) {
            if (watch.asksQueue()) {
                worker.become(ready.suspected());
            } else {
                termination.hung(worker, ready, watch.hungSince(now));
            }
        }
    }

    /** When time alone does something next to what is in the slot, be it on its way out. */
    long wakeAt(Slot slot) {
        if (!(slot.content() instanceof Worker worker) || worker.isZombie()) {
            return Timetable.NEVER;
        }
        if (worker.state() instanceof Ending ending) {
            return termination.wakeAt(worker, ending);
        }
        if (worker.state() instanceof Worker.Ready ready) {
            return stop.replaces() && !ready.suspect() ? watch.nextLookAt(worker, ready) : Timetable.NEVER;
        }
        return limiter.wakeAt(worker);
    }
}
