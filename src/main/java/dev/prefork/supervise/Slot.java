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
    private Content content;
    private boolean everStarted;
    private boolean everReady;

    /** In a row. */
    private int failures;

    Slot(int number, long dueAt) {
        this.number = number;
        content = new Waiting(dueAt, Start.BOOT);
    }

    Content content() {
        return content;
    }

    /** The only way from one content to the next. */
    void transition(Content next) {
        if (!mayBecome(next)) {
            throw new IllegalStateException("slot " + number + " cannot change from " + content + " to " + next);
        }
        content = next;
        everStarted |= next instanceof Worker;
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
    }

    /** How many consecutive failures it has seen with this one; {@code first} if that begins a new row. */
    int countFailure(boolean first) {
        failures = first ? 1 : failures + 1;
        return failures;
    }

    /** How many consecutive failures there have been, unless its worker was ready for so long that the row has ended. */
    int failuresInARow(long span, long now) {
        return content instanceof Worker worker && worker.servedFor(span, now) ? 0 : failures;
    }

    /** When that changes by itself; {@link Long#MAX_VALUE} for never. */
    long endOfRow(long span, long now) {
        boolean running = failuresInARow(span, now) > 0 && content instanceof Worker;
        return running ? ((Worker) content).servedUntil(span) : Long.MAX_VALUE;
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
