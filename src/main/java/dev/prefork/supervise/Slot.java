package dev.prefork.supervise;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * One worker's place: a stable number, and what is in it at the moment.
 *
 * <p>Decides nothing. Its content changes by {@link #transition} alone, and a worker's own state by {@link Worker#become}.
 */
final class Slot {
    static final Empty EMPTY = new Empty();

    /** What can be in a slot. */
    sealed interface Content permits Empty, Waiting, Spawning, Worker {}

    /** No process, and none wanted. */
    record Empty() implements Content {}

    /** No process, one wanted from {@code dueAt} on. */
    record Waiting(long dueAt, Start start) implements Content {}

    /** A spawn was asked for and is not answered yet. */
    record Spawning(Start start) implements Content {}

    /**
     * Why a process is to be started.
     *
     * @param replaces the pid that was in the slot before, if this is a recovery of one
     */
    record Start(StartReason reason, OptionalInt replaces) {
        static final Start BOOT = new Start(StartReason.BOOT, OptionalInt.empty());
        static final Start SCALE = new Start(StartReason.SCALE, OptionalInt.empty());
    }

    final int number;
    private final Fleet fleet;
    private Content content;
    private boolean everStarted;
    private boolean everReady;

    /** In a row. */
    private int failures;

    Slot(int number, long dueAt, Fleet fleet) {
        this.number = number;
        this.fleet = fleet;
        content = new Waiting(dueAt, Start.BOOT);
    }

    Content content() {
        fleet.looked();
        return content;
    }

    /** The only way from one content to the next. */
    void transition(Content next) {
        if (!mayBecome(next)) {
            throw new IllegalStateException("slot " + number + " cannot change from " + content + " to " + next);
        }
        Content before = content;
        content = next;
        if (next instanceof Worker worker) {
            everStarted = true;
            worker.tells(() -> fleet.changed(this));
        }
        fleet.moved(this, before);
    }

    private boolean mayBecome(Content next) {
        return next instanceof Empty
                || next instanceof Waiting && (content instanceof Empty || content instanceof Waiting)
                || next instanceof Spawning && (content instanceof Waiting || content instanceof Spawning)
                || next instanceof Worker && content instanceof Spawning;
    }

    /** The spawn that is being answered. */
    Spawning spawning() {
        return (Spawning) content;
    }

    boolean isOccupied() {
        return content instanceof Worker;
    }

    boolean hasReadyWorker() {
        return content instanceof Worker worker && worker.state() instanceof Worker.Ready;
    }

    /** The same while its process has not ended: a zombie is ready until its reaping, but does nothing any more. */
    boolean hasServingWorker() {
        return hasReadyWorker() && !((Worker) content).isZombie();
    }

    boolean isStarting() {
        return content instanceof Spawning
                || content instanceof Worker worker && worker.state() instanceof Worker.Starting;
    }

    boolean everStarted() {
        return everStarted;
    }

    boolean everReady() {
        return everReady;
    }

    void noteReady() {
        everReady = true;
        fleet.changed(this);
    }

    /** How many consecutive failures it has seen with this one; {@code first} if that begins a new row. */
    int countFailure(boolean first) {
        failures = first ? 1 : failures + 1;
        fleet.changed(this);
        return failures;
    }

    /** How many consecutive failures there have been, up to the worker that is in it. */
    int failures() {
        return failures;
    }

    /** What others may know of it. */
    Snapshot.Worker view(long now) {
        long backoff = content instanceof Waiting waiting ? Math.max(0, waiting.dueAt() - now) : 0;
        return content instanceof Worker worker
                ? new Snapshot.Worker(
                        number, OptionalInt.of(worker.pid), Optional.of(worker.view()), 0, worker.status())
                : new Snapshot.Worker(number, OptionalInt.empty(), Optional.empty(), backoff, Optional.empty());
    }
}
