package dev.prefork.supervise;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * Replaces workers, the new one first: it is started beside the old one, takes its place once it is ready, and only then is the old one
 * asked to stop. Where there is no room for one more, the old one goes first. Where a replacement fails, the old one stays.
 *
 * <p>Threading and time: as the {@link Supervisor}'s.
 */
final class Replacements {
    private final PolicyInForce policy;
    private final Fleet fleet;
    private final Shutdown shutdown;
    private final Stop stop;
    private final Termination termination;
    private final Rollout rollout;
    private final Recycling recycling;
    private final Standbys standbys;
    private final Consumer<Report> tell;
    private final Room room = new Room();
    private final ReplacementsInCourse inCourse = new ReplacementsInCourse();

    /** Whether a stop has begun. */
    private boolean frozen;

    /** Whether it was said that there is none, in this reload. */
    private boolean roomMissed;

    /** When new ones will have served for long enough. */
    private final Timetable soaks = new Timetable();

    /** @param random numbers in [0, 1), for jitter */
    Replacements(PolicyInForce policy, Fleet fleet, Shutdown shutdown, DoubleSupplier random, Consumer<Report> tell) {
        this.policy = policy;
        this.fleet = fleet;
        this.shutdown = shutdown;
        this.stop = shutdown.stop();
        this.termination = shutdown.termination();
        this.rollout = new Rollout(fleet, tell);
        this.recycling = new Recycling(policy, fleet, random, tell);
        this.standbys = new Standbys(fleet, shutdown, rollout, tell);
        this.tell = tell;
    }

    /** In which nothing is replaced any more. */
    Shutdown shutdown() {
        return shutdown;
    }

    Rollout rollout() {
        return rollout;
    }

    Recycling recycling() {
        return recycling;
    }

    Room room() {
        return room;
    }

    Standbys standbys() {
        return standbys;
    }

    /** Another version is wanted. What was on its way to the one before is in vain. */
    void reload(Event.ReloadAsked asked, long now) {
        cancelAll("another reload was asked for", now);
        rollout.begin(asked.version(), asked.why(), now);
        roomMissed = false;
        inCourse.allChanged();
    }

    /** This worker is to be replaced. */
    void recycle(Worker worker, Event.RecycleAsked asked, long now) {
        if (worker.isEnding()) {
            return;
        }
        if (asked.itself()) {
            recycling.askedItself(worker, asked.why(), now);
        } else {
            recycling.ask(worker, asked.why());
        }
    }

    /** Does what can be done at this moment. */
    void advance(long now) {
        if (stop.begun()) {
            freeze(now);
            room.settle();
            standbys.advance(now);
            return;
        }
        inCourse.due(soaks.due(now));
        for (OptionalInt place = inCourse.nextChanged(); place.isPresent(); place = inCourse.nextChanged()) {
            advance(fleet.get(place.getAsInt()), now);
        }
        recycling.elapse(now);
        for (Optional<Worker> one = recycling.nextStandby(); one.isPresent(); one = recycling.nextStandby()) {
            standbys.recycle(one.get(), now);
        }
        boolean more = true;
        while (more) {
            more = beginOne(now);
        }
        room.settle();
        if (rollout.isActive() && rollout.allBegun() && inCourse.isEmpty()) {
            rollout.complete(now);
        }
        standbys.advance(now);
    }

    /** When time alone does something; {@link Timetable#NEVER} if it does not. */
    long next(long now) {
        if (stop.begun()) {
            return Timetable.NEVER;
        }
        return Math.min(soaks.next(), recycling.next(now));
    }

    /** Something is different about this place. */
    void changed(Slot slot) {
        inCourse.changed(slot);
    }

    private void advance(Slot slot, long now) {
        Optional<Replacement> beside = inCourse.beside(slot);
        if (beside.isPresent()) {
            advance(slot, beside.get(), now);
        } else {
            inCourse.inPlace(slot).ifPresent(one -> advance(one, now));
        }
    }

    /**
     * In a stop nothing is replaced any more: what is started serves until the end like all others, and what is not is not started. A place
     * whose worker has made room is filled by what is known to be good.
     */
    private void freeze(long now) {
        if (frozen) {
            return;
        }
        frozen = true;
        rollout.stopped();
        inCourse.annexes().stream()
                .filter(annex -> annex.content() instanceof Slot.Waiting)
                .forEach(annex -> annex.transition(Slot.EMPTY));
        inCourse.inPlaces().stream()
                .filter(one -> !(one.target().content() instanceof Slot.Spawning))
                .filter(one -> !one.isNewIn(one.target()))
                .forEach(one -> cancelInPlace(one, Report.RolloutAborted.BY_STOP, now));
    }

    private void advance(Slot annex, Replacement replacement, long now) {
        Slot target = replacement.target();
        if (!fleet.isKept(target)) {
            cancel(annex, "scaling down", now);
        } else if (replacement.reason() == StartReason.RECYCLE
                && target.hasServingWorker()
                && replacement.isNewIn(target)) {
            // The old one has ended by itself meanwhile, and was recovered faster.
            cancel(annex, "no longer needed", now);
        } else if (annex.hasServingWorker() && hasSoaked(annex, now) && isSettled(target)) {
            end(annex);
            inCourse.endInPlace(target);
            target.exchange(annex);
            tookOver(target, replacement, annex.pid());
            dismiss(annex, "replaced by pid " + target.pid().getAsInt(), now);
        } else if (annex.content() instanceof Worker held && held.isHeldUp() && isTooLong(held, now)) {
            failed(annex, held.howHeldUp(), false, now);
            dismiss(annex, Worker.HELD_UP, now);
        }
    }

    private void advance(Replacement replacement, long now) {
        Slot target = replacement.target();
        if (!fleet.isKept(target) && target.content() == Slot.EMPTY) {
            inCourse.endInPlace(target);
        } else if (replacement.isNewIn(target) && target.hasServingWorker() && hasSoaked(target, now)) {
            inCourse.endInPlace(target);
            tookOver(target, replacement, OptionalInt.empty());
        } else if (replacement.isNewIn(target)
                && target.content() instanceof Worker held
                && held.isHeldUp()
                && isTooLong(held, now)) {
            heldUp(replacement, held, now);
        }
    }

    /** The old one has gone already. Of the good version another one would do no better. */
    private void heldUp(Replacement replacement, Worker worker, long now) {
        if (replacement.version() == rollout.good()) {
            inCourse.endInPlace(worker.home());
            tookOver(worker.home(), replacement, OptionalInt.empty());
            recycling.failed(now);
        } else {
            failed(worker.home(), worker.howHeldUp(), false, now);
            termination.ask(worker, Worker.HELD_UP, now);
        }
    }

    private boolean isTooLong(Worker heldUp, long now) {
        boolean tooLong = heldUp.isHeldUpForTooLong(now);
        soaks.set(heldUp.home().place, tooLong ? Timetable.NEVER : heldUp.heldUpUntil());
        return tooLong;
    }

    private void tookOver(Slot target, Replacement replacement, OptionalInt from) {
        Worker worker = (Worker) target.content();
        worker.tookOver();
        tell.accept(new Report.WorkerTookOver(worker.slot, worker.pid, from));
        if (isOfRollout(replacement) && !rollout.isProven()) {
            rollout.proves();
            // For how long a new one has to serve depends on the rollout.
            inCourse.allChanged();
        }
        recycling.succeeded();
        // A reload may have begun meanwhile, or the place be wanted again since: what was started for another reason is
        // not of its version.
        rollout.gaveUp(target);
    }

    private boolean isOfRollout(Replacement replacement) {
        return rollout.isActive()
                && replacement.reason() == StartReason.RELOAD
                && replacement.version() == rollout.wanted();
    }

    /** One that has just ended is reaped first, as what it was. */
    private static boolean isSettled(Slot target) {
        boolean zombie = target.content() instanceof Worker worker && worker.isZombie();
        return !zombie && !(target.content() instanceof Slot.Spawning);
    }

    /** The first of a new version has to serve for a while. */
    private boolean hasSoaked(Slot slot, long now) {
        long at = soakedAt(slot);
        boolean soaked = now - at >= 0;
        soaks.set(slot.place, soaked ? Timetable.NEVER : at);
        return soaked;
    }

    private long soakedAt(Slot slot) {
        Worker worker = (Worker) slot.content();
        boolean soaks = rollout.isActive() && !rollout.isProven() && worker.version == rollout.wanted();
        return soaks ? worker.healthyUntil(rules().soak().toNanos()) : worker.servedUntil(0);
    }

    private boolean beginOne(long now) {
        if (rollout.isActive()) {
            if (!hasRoom()) {
                return false;
            }
            boolean waits = !rollout.isProven() && !rules().soak().isZero() && !inCourse.isEmpty();
            return !waits
                    && rollout.next()
                            .filter(slot -> begin(slot, StartReason.RELOAD, rollout.wanted(), now))
                            .isPresent();
        }
        // One at a time.
        return isIdle()
                && !fleet.any(Group.STANDBY_ENDING)
                && fleet.everyKept(Group.KEPT_READY)
                && recycling
                        .first(now)
                        .filter(worker -> takesOver(worker, now)
                                || hasRoom() && begin(worker.home(), StartReason.RECYCLE, rollout.good(), now))
                        .isPresent();
    }

    /** Whether a standby is there, which is the replacement then. */
    private boolean takesOver(Worker old, long now) {
        Optional<Worker> worker = takeOver(old.home(), Optional.of(old.asPredecessor()), now);
        worker.ifPresent(any -> recycling.took(old));
        return worker.isPresent();
    }

    /** Lets a standby take this place, if there is one. */
    Optional<Worker> takeOver(Slot place, Optional<Report.Predecessor> instead, long now) {
        Optional<Worker> worker = standbys.takeOver(place, instead, now);
        worker.ifPresent(any -> recycling.ready(any, now));
        if (worker.isPresent()) {
            filled(place);
        }
        return worker;
    }

    private Policy.Replacing rules() {
        return policy.replacing();
    }

    /**
     * A worker has gone that was to be replaced, and had asked for that. What is on its way to its place has it at once, and takes over when it
     * serves; if nothing is, it begins now.
     */
    void left(Slot place, Worker worker, long now) {
        Optional<Report.Predecessor> old = Optional.of(worker.asPredecessor());
        if (takeOver(place, old, now).isPresent()) {
            return;
        }
        Optional<Slot> annex = inCourse.annexOf(place).filter(Replacements::canMove);
        if (annex.isPresent()) {
            end(annex.get()).ifPresent(inCourse::beginInPlace);
            place.exchange(annex.get());
            return;
        }
        Replacement replacement = new Replacement(place, old, StartReason.RECYCLE, rollout.good());
        place.transition(new Slot.Waiting(now, replacement.start()));
        filled(place);
        inCourse.beginInPlace(replacement);
    }

    /** A spawn is answered where it was asked for, and what is on its way out has failed. */
    private static boolean canMove(Slot annex) {
        return annex.content() instanceof Slot.Waiting
                || annex.content() instanceof Worker worker && !worker.isEnding() && !worker.isZombie();
    }

    private boolean hasRoom() {
        return fleet.count(Group.ANNEXED) < rules().surge() || rules().unavailable() > 0;
    }

    private boolean begin(Slot target, StartReason reason, int version, long now) {
        boolean asks = rules().pace().asksForRoom();
        if (asks && (!isIdle() || room.look().isEmpty())) {
            return false;
        }
        boolean carried = !asks || room.look().get();
        Replacement replacement = new Replacement(target, target.predecessor(), reason, version);
        if (carried && fleet.count(Group.ANNEXED) < rules().surge()) {
            Slot annex = fleet.annexFor(target);
            inCourse.beginBeside(annex, replacement);
            annex.transition(new Slot.Waiting(now, replacement.start()));
        } else if (mayGoFirst(target, carried ? rules().unavailable() : Math.max(1, rules().unavailable()))) {
            if (!carried) {
                missRoom(target, reason);
            }
            inCourse.beginInPlace(replacement);
            if (target.content() instanceof Worker worker) {
                worker.makeRoom();
                termination.ask(worker, "making room for its replacement", now);
            } else {
                target.transition(new Slot.Waiting(now, replacement.start()));
            }
        } else {
            return false;
        }
        room.used();
        rollout.took(target);
        if (target.content() instanceof Worker worker) {
            recycling.took(worker);
        }
        return true;
    }

    /** Nothing is on its way that has not taken its memory yet, or not given it back. */
    private boolean isIdle() {
        return inCourse.isEmpty() && !fleet.any(Group.ANNEXED);
    }

    private void missRoom(Slot target, StartReason reason) {
        boolean again = reason == StartReason.RELOAD && roomMissed;
        roomMissed |= reason == StartReason.RELOAD;
        if (!again && target.content() instanceof Worker worker) {
            tell.accept(new Report.RoomMissing(worker.slot, worker.pid));
        }
    }

    /** Whether its worker may be asked to stop before another one is ready. */
    private boolean mayGoFirst(Slot target, int unavailable) {
        boolean onItsWayOut = target.content() instanceof Worker worker && worker.isEnding();
        if (unavailable == 0 || onItsWayOut || !isSettled(target)) {
            return false;
        }
        int missing = fleet.desired() - fleet.count(Group.KEPT_READY);
        return missing + (target.hasServingWorker() ? 1 : 0) <= unavailable;
    }

    /** How a place is filled again from which a worker has gone that was asked to; empty if it is not to be replaced. */
    Optional<Slot.Start> startIn(Slot slot) {
        // In a stop nothing new is tried, also where a new one was there when it began and has gone since.
        return inCourse.inPlace(slot)
                .filter(one -> !frozen || one.version() == rollout.good())
                .map(Replacement::start);
    }

    /** So many are wanted now: a place that is new gets what all others have, and is replaced as they are. */
    void scaled(int from, int to) {
        for (int place = to; place < from; place++) {
            rollout.took(fleet.get(place));
        }
        for (int place = from; place < to; place++) {
            filled(fleet.get(place));
        }
    }

    /** A place is to be filled again for another reason, by what is known to be good: in a reload it is to be replaced, then. */
    void filled(Slot slot) {
        if (!inCourse.concern(slot)) {
            rollout.gaveUp(slot);
        }
    }

    /** In which place will serve what is to be started here: a replacement in that of the worker that it is to replace. */
    int servesIn(Slot slot) {
        return inCourse.beside(slot).map(Replacement::target).orElse(slot).place;
    }

    /** Whether this worker, which has just been started, was to replace one, and is not to any more. */
    boolean isInVain(Worker started) {
        Slot slot = started.home();
        return slot.role == Slot.Role.ANNEX && inCourse.beside(slot).isEmpty()
                || slot.role == Slot.Role.SERVING
                        && started.isReplacement()
                        && inCourse.inPlace(slot).isEmpty();
    }

    /**
     * What was started in this place as a replacement has failed, or could not be started.
     *
     * @param excused whether it is worth another attempt at once
     */
    void failed(Slot slot, String how, boolean excused, long now) {
        // None if it was canceled before.
        end(slot).or(() -> inCourse.endInPlace(slot)).ifPresent(replacement -> failed(replacement, how, excused, now));
    }

    private void failed(Replacement replacement, String how, boolean excused, long now) {
        gaveUp(replacement);
        if (!excused && isOfRollout(replacement)) {
            abort(how, now);
        } else if (!excused && replacement.reason() == StartReason.RECYCLE) {
            recycling.failed(now);
        }
    }

    /** One that had taken over is gone without being asked to: in a reload, what is new has not proven itself then, and goes no further. */
    void crashed(Worker worker, String how, long now) {
        if (rollout.isActive() && worker.version == rollout.wanted()) {
            abort(how + ", after it had taken over", now);
        }
    }

    private void abort(String how, long now) {
        cancelAll("the reload was aborted", now);
        rollout.abort(how);
        inCourse.allChanged();
    }

    private void gaveUp(Replacement replacement) {
        rollout.gaveUp(replacement.target());
        recycling.gaveUp(replacement.target());
    }

    private void cancelAll(String why, long now) {
        inCourse.annexes().forEach(annex -> cancel(annex, why, now));
        // One that serves already stays a replacement. So does one of the good version: without it, its place would be
        // empty for longer.
        inCourse.inPlaces().stream()
                .filter(one -> one.version() != rollout.good())
                .filter(one -> !(one.isNewIn(one.target()) && one.target().hasServingWorker()))
                .forEach(one -> cancelInPlace(one, why, now));
    }

    private void cancelInPlace(Replacement replacement, String why, long now) {
        Slot target = replacement.target();
        inCourse.endInPlace(target);
        if (target.content() instanceof Slot.Waiting) {
            if (takeOver(target, replacement.old(), now).isEmpty()) {
                target.transition(
                        new Slot.Waiting(now, new Slot.Start(StartReason.RECOVER, replacement.old(), rollout.good())));
            }
        } else if (replacement.isNewIn(target)) {
            termination.ask((Worker) target.content(), why, now);
        }
    }

    private Optional<Replacement> end(Slot annex) {
        soaks.set(annex.place, Timetable.NEVER);
        return inCourse.endBeside(annex);
    }

    private void cancel(Slot annex, String why, long now) {
        end(annex).ifPresent(this::gaveUp);
        dismiss(annex, why, now);
    }

    /** What is in an annex is to go. One whose spawn is not answered yet is asked then. */
    private void dismiss(Slot annex, String why, long now) {
        if (annex.content() instanceof Worker worker) {
            termination.ask(worker, why, now);
        } else if (annex.content() instanceof Slot.Waiting) {
            annex.transition(Slot.EMPTY);
        }
    }
}
