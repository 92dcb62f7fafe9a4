package dev.prefork.supervise;

import java.util.function.Predicate;

/** What slots are told apart by. A slot belongs to any number of these, and moves between them as it changes. */
enum Group {
    /** An annex in which there is, or will be, a process, other than one that was abandoned. */
    ANNEXED(slot -> slot.role == Slot.Role.ANNEX
            && slot.content() != Slot.EMPTY
            && !(slot.content() instanceof Worker worker && worker.isAbandoned())),
    FREE_ANNEX(slot -> slot.role == Slot.Role.ANNEX && slot.content() == Slot.EMPTY),
    /** There is a process in it, or one is wanted. */
    IN_USE(slot -> slot.content() != Slot.EMPTY),
    /** There is a process in it, if only what a reaped one left. */
    OCCUPIED(Slot::isOccupied),
    WAITING(slot -> slot.content() instanceof Slot.Waiting),
    SPAWNING(slot -> slot.content() instanceof Slot.Spawning),
    SPAWNING_YIELDING(slot -> slot.content() instanceof Slot.Spawning && slot.yields()),
    STARTING(Slot::isStarting),
    READY(Slot::hasReadyWorker),
    SUSPECT(slot ->
            slot.content() instanceof Worker worker && worker.state() instanceof Worker.Ready ready && ready.suspect()),
    /** The process is reaped, but its group or session is not empty. */
    LEADERLESS(slot -> slot.content() instanceof Worker worker && worker.isLeaderless()),
    FREE_STANDBY(slot -> slot.role == Slot.Role.STANDBY && slot.content() == Slot.EMPTY),
    STANDBY(Slot::hasStandby),
    STANDBY_TO_COME(Slot::hasStandbyToCome),
    WARM_STANDBY(Slot::hasWarmStandby),
    /** A standby that has taken over is still to be told so. */
    TAKING_OVER(slot -> slot.content() instanceof Worker worker && worker.takesOver()),
    /** A standby's place with a worker that it has replaced, or with a standby that is given up. */
    STANDBY_ENDING(
            slot -> slot.role == Slot.Role.STANDBY && slot.content() instanceof Worker worker && worker.isEnding()),
    READY_ONCE(Slot::everReady),
    KEPT_STARTED_ONCE(Place.KEPT, Slot::everStarted),
    KEPT_READY_ONCE(Place.KEPT, Slot::everReady),
    KEPT_READY(Place.KEPT, Slot::hasServingWorker),
    OUTDATED(Place.KEPT, Slot::isOutdated),
    OUTDATED_IDLE(Place.KEPT, slot -> slot.isOutdated() && !slot.hasServingWorker()),
    /** Each of these is asked to stop once all that are wanted are ready; so what cannot be asked does not belong to it. */
    SURPLUS_READY(Place.SURPLUS, Slot::hasServingWorker);

    private enum Place {
        ANY,
        KEPT,
        SURPLUS
    }

    private final Place place;
    private final Predicate<Slot> state;

    Group(Predicate<Slot> state) {
        this(Place.ANY, state);
    }

    Group(Place place, Predicate<Slot> state) {
        this.place = place;
        this.state = state;
    }

    /**
     * @param kept whether the slot is one of those that are wanted
     * @param surplus whether it is one too many
     */
    boolean has(Slot slot, boolean kept, boolean surplus) {
        return switch (place) {
                    case ANY -> true;
                    case KEPT -> kept;
                    case SURPLUS -> surplus;
                }
                && state.test(slot);
    }
}
