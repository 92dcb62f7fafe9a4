package dev.prefork.supervise;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One worker's place: a number that it tells its worker, and what is in it at the moment.
 *
 * <p>Decides nothing. Its content changes by {@link #transition} and {@link #exchange} alone, and a worker's own state by {@link
 * Worker#become}.
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
     * @param instead of which worker, if there is one
     * @param version of the specification by which it is started
     */
    record Start(StartReason reason, Optional<Report.Predecessor> instead, int version) {
        /** In an empty place. */
        Start(StartReason reason, int version) {
            this(reason, Optional.empty(), version);
        }

        /** The pid whose place it takes, if there is one. */
        OptionalInt replaces() {
            return instead.isPresent() ? OptionalInt.of(instead.get().pid()) : OptionalInt.empty();
        }
    }

    /** What a place is for. */
    enum Role {
        /** For a worker that serves. */
        SERVING,
        /** For a replacement until it takes over, and then for the worker that it replaces until that is gone. */
        ANNEX,
        /** For a standby until it takes over, and then for the worker that it replaces, if there is one, until that is gone. */
        STANDBY
    }

    /** Which place it is, among all of them; those with {@link Role#SERVING} count from 0. */
    final int place;

    final Role role;
    private final Fleet fleet;
    private int number;
    private Content content;
    private boolean everStarted;
    private boolean everReady;
    private boolean outdated;

    /** In a row. */
    private int failures;

    /** With the number of its place. */
    Slot(int place, Role role, Fleet fleet, Content content) {
        this.place = place;
        this.role = role;
        this.fleet = fleet;
        this.number = place;
        this.content = content;
    }

    /** The number that its worker is told: that of the slot for the outside. Two places have the same one while a worker is replaced. */
    int number() {
        return number;
    }

    /** Stands for another slot from now on; only while nothing is in it. */
    void standFor(int slot) {
        number = slot;
        fleet.changed(this);
    }

    Content content() {
        fleet.looked();
        return content;
    }

    /** The only way from one content to the next. */
    void transition(Content next) {
        if (!mayBecome(next)) {
            throw new IllegalStateException("place " + place + " cannot change from " + content + " to " + next);
        }
        Content before = content;
        boolean waited = before instanceof Waiting && next instanceof Spawning && role == Role.SERVING;
        if (before == EMPTY && next != EMPTY || waited) {
            // While it waited, a worker with that number may have taken over elsewhere.
            number = fleet.numberFor(this);
        }
        content = next;
        if (next instanceof Worker) {
            everStarted = true;
        }
        settle();
        fleet.moved(this, before);
    }

    /** Each has from now on what the other had, the number included. */
    void exchange(Slot other) {
        Content mine = content;
        int mineNumber = number;
        content = other.content;
        number = other.number;
        other.content = mine;
        other.number = mineNumber;
        everStarted |= content instanceof Worker;
        everReady |= hasReadyWorker();
        settle();
        other.settle();
        fleet.changed(this);
        fleet.changed(other);
    }

    /**
     * Whether what starts here waits for those in whose place there is none at all, and never keeps one of them waiting. It goes by the place,
     * not by the reason: a replacement whose predecessor is gone is missing like any other.
     */
    boolean yields() {
        return role != Role.SERVING;
    }

    /** Whether there is something that has its number, or will have it. */
    boolean holdsItsNumber() {
        return content != EMPTY;
    }

    /** Whether no other may be started with it, but what replaces this one. */
    boolean claimsItsNumber() {
        boolean ending = content instanceof Worker worker && worker.isEnding();
        return role == Role.SERVING || role == Role.STANDBY && !ending;
    }

    private void settle() {
        if (content instanceof Worker worker) {
            worker.moveTo(this, () -> fleet.changed(this));
        }
    }

    private boolean mayBecome(Content next) {
        return next instanceof Empty
                || next instanceof Waiting && (content instanceof Empty || content instanceof Waiting)
                || next instanceof Spawning && (content instanceof Waiting || content instanceof Spawning)
                || next instanceof Worker && content instanceof Spawning;
    }

    /** The wait that is over. */
    Waiting waiting() {
        return (Waiting) content;
    }

    /** The spawn that is being answered. */
    Spawning spawning() {
        return (Spawning) content;
    }

    /** Whether there is something in it, or will be, that is not of this version of the specification. */
    boolean isOfAnother(int version) {
        return content instanceof Worker worker && worker.version != version
                || content instanceof Spawning spawning && spawning.start().version() != version
                || content instanceof Waiting waiting && waiting.start().version() != version;
    }

    /** Whether what is in it is to be replaced by another version, and that has not begun. */
    boolean isOutdated() {
        return outdated;
    }

    void markOutdated(boolean mark) {
        if (outdated != mark) {
            outdated = mark;
            fleet.changed(this);
        }
    }

    /** The pid of what is in it, if that is a worker. */
    OptionalInt pid() {
        return content instanceof Worker worker ? OptionalInt.of(worker.pid) : OptionalInt.empty();
    }

    /** The worker that is in it, for what takes its place. */
    Optional<Report.Predecessor> predecessor() {
        return content instanceof Worker worker ? Optional.of(worker.asPredecessor()) : Optional.empty();
    }

    boolean isOccupied() {
        return content instanceof Worker;
    }

    boolean hasReadyWorker() {
        return role != Role.STANDBY && isReady();
    }

    /**
     * The same while its process has not ended: a zombie is ready until its reaping, but does nothing any more. And a replacement that finds
     * itself not ready has not shown that it could serve.
     */
    boolean hasServingWorker() {
        return hasReadyWorker() && !((Worker) content).isZombie() && !((Worker) content).isHeldUp();
    }

    private boolean isReady() {
        return content instanceof Worker worker && worker.state() instanceof Worker.Ready;
    }

    /** Whether there is a standby in it that could take over. */
    boolean hasWarmStandby() {
        return role == Role.STANDBY
                && isReady()
                && !((Worker) content).isZombie()
                && !((Worker) content).health().isDown();
    }

    /** Whether a standby is wanted in it that has not ended by now, and is not on its way out. */
    boolean hasStandby() {
        return role == Role.STANDBY && content != EMPTY && !(content instanceof Worker worker && worker.isEnding());
    }

    /** Whether a standby in it is on its way, and not booted yet. */
    boolean hasStandbyToCome() {
        boolean starting = content instanceof Worker worker && worker.state() instanceof Worker.Starting;
        return role == Role.STANDBY && (content instanceof Waiting || content instanceof Spawning || starting);
    }

    /** Whether one starts in it that will serve. */
    boolean isStarting() {
        return role != Role.STANDBY
                && (content instanceof Spawning
                        || content instanceof Worker worker && worker.state() instanceof Worker.Starting);
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

    private Snapshot.Life lifeToCome() {
        Optional<Start> start = content instanceof Waiting waiting
                ? Optional.of(waiting.start())
                : content instanceof Spawning spawning ? Optional.of(spawning.start()) : Optional.empty();
        return start.map(one -> new Snapshot.Life(
                        OptionalInt.of(one.version()),
                        Optional.of(one.reason()),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        Snapshot.Words.NONE))
                .orElse(Snapshot.Life.unknown(Optional.empty()));
    }

    /** What others may know of it. */
    Snapshot.Worker view(long now) {
        long backoff = content instanceof Waiting waiting ? Math.max(0, waiting.dueAt() - now) : 0;
        return content instanceof Worker worker
                ? new Snapshot.Worker(
                        worker.slot, OptionalInt.of(worker.pid), Optional.of(worker.view()), 0, worker.life())
                : new Snapshot.Worker(number, OptionalInt.empty(), Optional.empty(), backoff, lifeToCome());
    }
}
