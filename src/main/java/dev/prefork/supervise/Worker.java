package dev.prefork.supervise;

import dev.prefork.os.Signal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The process in a slot, from its spawn until the last of its group and session is gone: how far its life has come, how far its
 * end has been noticed, and what its group is sent next. Decides nothing; its state changes by {@link #become} alone.
 */
final class Worker implements Slot.Content {
    /** Why a replacement is asked to stop that cannot take its place. */
    static final String HELD_UP = "its own checks were DOWN for too long";

    /** How far a life has come. Immutable: what changes is which one a worker has. */
    sealed interface State permits Starting, Ready, Ending {}

    record Starting() implements State {}

    /**
     * It serves.
     *
     * @param heartbeatAt when it last gave a sign of life
     * @param sparedUntil a silent one is not looked at again before
     * @param suspect whether it is silent, and counts as hung once the accept queues are found to be long
     */
    record Ready(long heartbeatAt, long sparedUntil, boolean suspect) implements State {
        Ready suspected() {
            return new Ready(heartbeatAt, sparedUntil, true);
        }

        Ready spared(long until) {
            return new Ready(heartbeatAt, until, false);
        }
    }

    /** What has become of the process itself, which leads its group. */
    private enum Leader {
        RUNS,
        /** A zombie that waits for its reaping, and still holds its pid. */
        ENDED,
        BEING_REAPED,
        /** Reaped, but its group or session is not empty. */
        GONE
    }

    /** The slot's number, as it was told. */
    final int slot;

    /** Its group's number too. */
    final int pid;

    /** Of the specification by which it was started. */
    final int version;

    final StartReason reason;
    final long startedAt;
    final SecondLook look = new SecondLook();
    private final WorkerHealth health = new WorkerHealth();
    private State state = new Starting();
    private boolean sendsHeartbeats;
    private Leader leader = Leader.RUNS;

    /** Never, until it is ready. */
    private long readyAt = Long.MAX_VALUE;

    /** What the process group is to be sent next; the last wish wins. */
    private Optional<Signal> signal = Optional.empty();

    /** Whether what left its group is still to be asked to stop. */
    private boolean asksSession;

    private String status = "";

    /** From its start to its being ready, at most. */
    private Duration startTimeout = Policy.LONGEST;

    /** From the request to stop to its SIGKILL. */
    private Duration grace = Policy.LONGEST;

    private Slot home;
    private boolean replacement;
    private boolean abandoned;
    private boolean asked;
    private boolean makesRoom;

    /** Whether it is still to be told to serve. */
    private boolean takesOver;

    private Runnable changed = () -> {};

    Worker(int slot, int pid, Slot.Start start, long now) {
        this.slot = slot;
        this.pid = pid;
        this.version = start.version();
        this.reason = start.reason();
        this.replacement = reason.replaces();
        this.startedAt = now;
    }

    /** From now on it is in this place, and {@code listener} is told of each change. */
    void moveTo(Slot place, Runnable listener) {
        home = place;
        changed = listener;
    }

    /** Whether it was started to take the place of another, and has not done so yet: its failure does not count. */
    boolean isReplacement() {
        return replacement;
    }

    /** It has taken that place. */
    void tookOver() {
        replacement = false;
        changed.run();
    }

    /** A standby that serves from now on, and is to be told so. */
    void takeOver(long now) {
        takesOver = true;
        readyAt = now;
        look.forget();
        become(new Ready(now, now, false));
    }

    /** Whether it is still to be told to serve. */
    boolean takesOver() {
        return takesOver;
    }

    /** It is told to serve, once. */
    Action nowServes() {
        takesOver = false;
        changed.run();
        return new Action.TakeOver(pid);
    }

    /** It is asked to stop before its replacement starts. */
    void makeRoom() {
        makesRoom = true;
    }

    /** Whether its place was to have a worker after it when it was asked to stop: it was to be replaced, or had not taken over yet. */
    boolean leavesItsPlaceToAnother() {
        return makesRoom || replacement;
    }

    /** For others: which one it is. */
    Report.Predecessor asPredecessor() {
        return new Report.Predecessor(slot, pid);
    }

    /** It wants to be replaced. */
    void asksForReplacement() {
        asked = true;
    }

    /** Whether it has said by itself that it wants to be replaced. */
    boolean hasAsked() {
        return asked;
    }

    /** Even SIGKILL has not ended it: what wants its place does not wait for it any longer. */
    void abandon() {
        abandoned = true;
        changed.run();
    }

    boolean isAbandoned() {
        return abandoned;
    }

    /** Whether it has not been told to serve. */
    boolean isStandby() {
        return home.role == Slot.Role.STANDBY && !isEnding();
    }

    /** Where it is. */
    Slot home() {
        return home;
    }

    /** For its start it has so long, also under other rules. */
    void startsWithin(Duration timeout) {
        startTimeout = timeout;
    }

    Duration startTimeout() {
        return startTimeout;
    }

    /** To stop it has so long, from now on. */
    void stopsWithin(Duration period) {
        grace = period;
    }

    Duration grace() {
        return grace;
    }

    State state() {
        return state;
    }

    /** The only way from one state to the next. */
    void become(State next) {
        if (!mayBecome(next)) {
            throw new IllegalStateException("pid " + pid + " cannot change from " + state + " to " + next);
        }
        if (state instanceof Starting && next instanceof Ready ready) {
            readyAt = ready.heartbeatAt();
            look.forget();
        }
        state = next;
        changed.run();
    }

    /** The same, and its group is sent a signal. */
    void become(Ending next, Signal sent) {
        become(next);
        look.forget();
        signal = Optional.of(sent);
        asksSession &= sent != Signal.KILL;
        changed.run();
    }

    private boolean mayBecome(State next) {
        return next instanceof Ending ending ? ending.mayFollow(state) : next instanceof Ready && !isEnding();
    }

    /** It has given a sign of life. */
    void heartbeat(long now) {
        look.forget();
        sendsHeartbeats = true;
        if (state instanceof Ready ready) {
            become(new Ready(now, ready.sparedUntil(), ready.suspect()));
        } else {
            changed.run();
        }
    }

    /** What it is doing, in its own words; empty if it does not say. */
    void says(String text) {
        status = text;
        changed.run();
    }

    /**
     * Its own checks have been run. One that stops is not ready by nature, which says nothing about it.
     *
     * @param down which of them found it not ready; empty if none did
     */
    void tellsHealth(Optional<String> down, long now) {
        if (!isEnding()) {
            health.told(down, now);
            changed.run();
        }
    }

    /** What it says of its own readiness. */
    WorkerHealth health() {
        return health;
    }

    /** Whether it could take its place but for its health: only what replaces another waits for that. */
    boolean isHeldUp() {
        return replacement && state instanceof Ready && health.isDown() && !isZombie();
    }

    /** Whether that has lasted for as long as a start may take. */
    boolean isHeldUpForTooLong(long now) {
        return isHeldUp() && health.isOverdue(startedAt, startTimeout, now);
    }

    /** The same for a reload that is aborted for it. */
    String howHeldUp() {
        return "worker " + slot + " (pid " + pid + ") was DOWN by its own checks for longer than the start timeout of "
                + startTimeout.toSeconds() + " s: " + health.down().orElse("");
    }

    /** When to look at that again. */
    long heldUpUntil() {
        return health.dueAt(startedAt, startTimeout);
    }

    private Optional<String> status() {
        return Optional.of(status).filter(text -> !text.isEmpty());
    }

    /** Whether its silence would mean something. */
    boolean sendsHeartbeats() {
        return sendsHeartbeats;
    }

    boolean isEnding() {
        return state instanceof Ending;
    }

    /** Whether we asked it to stop. */
    boolean isPlanned() {
        return state instanceof Ending ending && ending.isPlanned();
    }

    /** Whether it has ever been ready. */
    boolean wasReady() {
        return readyAt != Long.MAX_VALUE;
    }

    /** Whether it was ready for so long. */
    boolean servedFor(long span, long now) {
        return readyAt != Long.MAX_VALUE && now - readyAt >= span;
    }

    /** When it will have been ready, and UP, for so long; it is both. */
    long healthyUntil(long span) {
        return health.upSince(readyAt) + span;
    }

    /** When it will have been ready for so long; {@link Long#MAX_VALUE} if it has not been ready yet. */
    long servedUntil(long span) {
        return readyAt == Long.MAX_VALUE ? readyAt : readyAt + span;
    }

    /** Whether the process has ended and is not reaped. */
    boolean isZombie() {
        return leader == Leader.ENDED || leader == Leader.BEING_REAPED;
    }

    /** Whether the process is reaped, but its group or session is not empty. */
    boolean isLeaderless() {
        return leader == Leader.GONE;
    }

    /**
     * Notes that the process is a zombie. A planned stop leaves the rest of the group its grace: behind a shell, the
     * leader may die of the TERM while the server still answers requests. After any other end no process may go on serving
     * unsupervised, and now is the moment to see to it: until the reaping the zombie keeps the group's number from being
     * used again.
     */
    void ended() {
        if (leader != Leader.GONE) {
            leader = Leader.ENDED;
            takesOver = false;
            signal = state instanceof Ending.Asked ? signal : Optional.of(Signal.KILL);
            changed.run();
        }
    }

    /**
     * Notes that the process is reaped while others of its group or session go on. Those in other groups are asked to stop only
     * now: while it ran, they were its own to stop, as a shell's jobs are.
     */
    void leftItsGroup() {
        leader = Leader.GONE;
        signal = Optional.empty();
        asksSession = state instanceof Ending.Asked;
        changed.run();
    }

    /** What else is to be done to it next, each thing once. */
    Optional<Action> next() {
        if (leader == Leader.RUNS && state instanceof Ending.Hung hung && hung.step() == Ending.Step.DUMP) {
            become(hung.after(Ending.Step.DUMPED));
            return Optional.of(new Action.Dump(pid));
        }
        if (signal.isPresent()) {
            Action send = new Action.SignalGroup(pid, signal.get());
            signal = Optional.empty();
            return Optional.of(send);
        }
        if (asksSession) {
            asksSession = false;
            return Optional.of(new Action.AskSession(pid));
        }
        if (leader == Leader.ENDED) {
            leader = Leader.BEING_REAPED;
            return Optional.of(new Action.Reap(pid, !(state instanceof Ending ending && ending.isGivenUp())));
        }
        return Optional.empty();
    }

    Snapshot.Life life() {
        return new Snapshot.Life(
                OptionalInt.of(version),
                Optional.of(reason),
                OptionalLong.of(startedAt),
                wasReady() ? OptionalLong.of(readyAt) : OptionalLong.empty(),
                new Snapshot.Words(status(), health.down()));
    }

    /** What others may know of it. */
    WorkerState view() {
        if (state instanceof Starting) {
            return WorkerState.STARTING;
        }
        WorkerState ready = isStandby() ? WorkerState.STANDBY : WorkerState.READY;
        return state instanceof Ready ? ready : WorkerState.STOPPING;
    }
}
