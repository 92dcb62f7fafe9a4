package dev.prefork.supervise;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;

/**
 * Decides what becomes of the workers: starts them, notices that they are ready, replaces those that die, gives up when
 * too many do, and stops them.
 *
 * <p>Pure: the caller tells it {@link #on what happened}, asks for {@link #next the next action} until there is none, and
 * then waits for the next event or for {@link #timeLeft the time} the supervisor names. An action is only ever handed out
 * against the state of that moment, so none can be stale: between two actions anything may be told.
 *
 * <p>Threading: none; one thread owns it. Times are nanoseconds of one monotonic clock.
 */
public final class Supervisor {
    /** How long a killed process may take to die. Only one in uninterruptible sleep takes longer; see SIGKILL in signal(7). */
    static final Duration KILL_PATIENCE = Duration.ofSeconds(5);

    private final Policy policy;
    private final RecoverMeter meter;
    private final Backoff backoff;
    private final List<Slot> slots = new ArrayList<>();
    private final ArrayDeque<Report> untold = new ArrayDeque<>();
    private final Shutdown shutdown = new Shutdown();
    private boolean allStarted;
    private boolean allReady;
    private int exitsAtStop;
    private Optional<String> lastExit = Optional.empty();

    /** {@code random} gives numbers in [0, 1), for jitter. */
    public Supervisor(Policy policy, DoubleSupplier random, long now) {
        this.policy = policy;
        this.meter = new RecoverMeter(policy.recoverThreshold(), policy.recoverWindow());
        this.backoff = new Backoff(policy.recoverInterval(), policy.recoverIntervalMax(), random);
        for (int number = 0; number < policy.workers(); number++) {
            slots.add(new Slot(number, now));
        }
    }

    /** What to do next, or nothing until the next event or {@link #timeLeft}. */
    public Optional<Action> next(long now) {
        slots.forEach(slot -> elapse(slot, now));
        if (!untold.isEmpty()) {
            return Optional.of(new Action.Tell(untold.removeFirst()));
        }
        for (Slot slot : slots) {
            Optional<Action> action = next(slot, now);
            if (action.isPresent()) {
                return action;
            }
        }
        boolean allGone = slots.stream().allMatch(slot -> slot.phase == Slot.Phase.EMPTY);
        return allGone ? shutdown.finish() : Optional.empty();
    }

    /** How long nothing happens unless an event comes; empty when nothing will. */
    public OptionalLong timeLeft(long now) {
        long soonest = Long.MAX_VALUE;
        for (Slot slot : slots) {
            soonest = Math.min(soonest, remaining(slot, now));
        }
        return soonest == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(Math.max(0, soonest));
    }

    /** Takes note of what happened. An event about a process that is not (or no longer) a worker is ignored. */
    public void on(Event event, long now) {
        if (event instanceof Event.Spawned spawned) {
            started(slots.get(spawned.slot()), spawned.pid(), now);
        } else if (event instanceof Event.SpawnFailed failed) {
            notStarted(slots.get(failed.slot()), failed.reason(), now);
        } else if (event instanceof Event.Ended ended) {
            find(ended.pid()).ifPresent(this::ended);
        } else if (event instanceof Event.Reaped reaped) {
            find(reaped.pid()).ifPresent(slot -> reaped(slot, reaped.status(), reaped.groupLeft(), now));
        } else if (event instanceof Event.GroupGone gone) {
            find(gone.pid()).filter(slot -> slot.leaderless).ifPresent(Slot::vacate);
        } else if (event instanceof Event.ReadyNotified notified) {
            if (policy.readiness().byNotification()) {
                find(notified.pid()).ifPresent(slot -> ready(slot, now));
            }
        } else if (event instanceof Event.StoppingNotified notified) {
            find(notified.pid()).ifPresent(slot -> stopping(slot, "it says so itself", now));
        } else if (event instanceof Event.StopAsked asked) {
            stopAsked(asked.why(), now);
        } else if (event instanceof Event.Failed failed) {
            stop(Outcome.FAILED, failed.why(), now);
        }
    }

    /** Whether {@code pid} is a worker that has not been reaped. */
    public boolean isWorker(int pid) {
        return find(pid).filter(slot -> !slot.leaderless).isPresent();
    }

    /** The workers that have not been reaped. */
    public List<Integer> workerPids() {
        return slots.stream()
                .filter(slot -> slot.occupied() && !slot.leaderless)
                .map(slot -> slot.pid)
                .toList();
    }

    /** The groups whose leaders are reaped but which are not known to be empty. */
    public List<Integer> leaderlessGroups() {
        return slots.stream()
                .filter(slot -> slot.leaderless)
                .map(slot -> slot.pid)
                .toList();
    }

    /** The state of all this, to be shared. */
    public Snapshot snapshot(long now) {
        List<Snapshot.Worker> workers =
                slots.stream().map(slot -> view(slot, now)).toList();
        return new Snapshot(
                shutdown.begun() ? 0 : policy.workers(),
                workers,
                allReady,
                shutdown.begun(),
                shutdown.begun() ? exitsAtStop : meter.count(now),
                policy.recoverThreshold(),
                lastExit);
    }

    /** How long the snapshot stays true if no event comes and no action is taken; empty for ever. */
    public OptionalLong snapshotWait(long now) {
        long change = shutdown.begun() ? Long.MAX_VALUE : meter.nextChange();
        return change == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(Math.max(0, change - now));
    }

    private Optional<Action> next(Slot slot, long now) {
        if (slot.pendingSignal != null) {
            Signal signal = slot.pendingSignal;
            slot.pendingSignal = null;
            return Optional.of(new Action.SignalGroup(slot.pid, signal));
        }
        if (slot.ended) {
            slot.ended = false;
            return Optional.of(new Action.Reap(slot.pid));
        }
        if (slot.phase == Slot.Phase.WAITING && now - slot.dueAt >= 0) {
            slot.phase = Slot.Phase.SPAWNING;
            return Optional.of(new Action.Spawn(slot.number));
        }
        return Optional.empty();
    }

    /** What time alone does to a slot: nothing to a process that has ended, though that is learnt late. */
    private void elapse(Slot slot, long now) {
        if (slot.ended) {
            return;
        }
        if (slot.phase == Slot.Phase.STARTING) {
            Optional<Duration> aliveFor = policy.readiness().aliveFor();
            if (aliveFor.isPresent() && now - slot.startedAt >= aliveFor.get().toNanos()) {
                ready(slot, now);
            } else if (now - slot.startedAt >= policy.startTimeout().toNanos()) {
                slot.overdue = true;
                slot.killedAt = now;
                slot.pendingSignal = Signal.KILL;
                stopping(slot, "not ready after " + policy.startTimeout().toMillis() + " ms", now);
            }
        } else if (slot.phase == Slot.Phase.STOPPING) {
            long stoppingFor = now - slot.stoppingAt;
            long grace = policy.shutdownGracePeriod().toNanos();
            if (!slot.killed && !slot.overdue && stoppingFor >= grace) {
                kill(slot, now);
            } else if (shutdown.begun() && (slot.killed || slot.overdue) && killWaited(slot, now)) {
                tell(new Report.WorkerAbandoned(slot.number, slot.pid));
                slot.vacate();
            }
        }
    }

    private long remaining(Slot slot, long now) {
        return switch (slot.phase) {
            case WAITING -> slot.dueAt - now;
            case STARTING -> {
                long limit = policy.startTimeout().toNanos();
                long alive =
                        policy.readiness().aliveFor().map(Duration::toNanos).orElse(limit);
                yield Math.min(limit, alive) - (now - slot.startedAt);
            }
            case STOPPING -> {
                if (!slot.killed && !slot.overdue) {
                    yield policy.shutdownGracePeriod().toNanos() - (now - slot.stoppingAt);
                }
                yield shutdown.begun() ? KILL_PATIENCE.toNanos() - (now - slot.killedAt) : Long.MAX_VALUE;
            }
            case EMPTY, SPAWNING, READY -> Long.MAX_VALUE;
        };
    }

    private boolean killWaited(Slot slot, long now) {
        return now - slot.killedAt >= KILL_PATIENCE.toNanos();
    }

    private void started(Slot slot, int pid, long now) {
        OptionalInt replaces = slot.replaces;
        slot.replaces = OptionalInt.empty();
        slot.occupy(pid, now);
        tell(new Report.WorkerStarted(slot.number, pid, slot.reason, replaces));
        if (!allStarted && slots.stream().allMatch(each -> each.everStarted)) {
            allStarted = true;
            tell(new Report.FirstGenerationStarted(pids()));
        }
        if (shutdown.begun()) {
            // Asked for before the stop, answered after it.
            ask(slot, now);
        }
    }

    private void notStarted(Slot slot, String reason, long now) {
        tell(new Report.WorkerNotStarted(slot.number, reason));
        slot.vacate();
        lastExit = Optional.of("worker " + slot.number + " could not be started: " + reason);
        failed(slot, false, now);
    }

    private void ready(Slot slot, long now) {
        if (slot.phase != Slot.Phase.STARTING) {
            return;
        }
        slot.makeReady(now);
        tell(new Report.WorkerReady(slot.number, slot.pid, now - slot.startedAt));
        if (!allReady && slots.stream().allMatch(each -> each.everReady)) {
            allReady = true;
            tell(new Report.FirstGenerationReady(pids()));
        }
    }

    private void stopping(Slot slot, String why, long now) {
        if (slot.phase == Slot.Phase.STARTING || slot.phase == Slot.Phase.READY) {
            slot.makeStopping(now);
            tell(new Report.WorkerStopping(slot.number, slot.pid, why));
        }
    }

    /**
     * A planned stop leaves the rest of the group its grace: behind a shell, the leader may die of the TERM while the
     * server still answers requests. After any other end nobody may go on serving unsupervised, and now is the moment to
     * see to it: until the reaping the zombie keeps the group's number from being used again.
     */
    private void ended(Slot slot) {
        if (slot.leaderless) {
            return;
        }
        slot.ended = true;
        if (!slot.planned || slot.killed) {
            slot.pendingSignal = Signal.KILL;
        }
    }

    private void reaped(Slot slot, WaitStatus status, boolean groupLeft, long now) {
        if (slot.leaderless) {
            return;
        }
        Exit exit = new Exit(status, cause(slot, status), slot.planned);
        long stopNanos = slot.phase == Slot.Phase.STOPPING ? now - slot.stoppingAt : 0;
        tell(new Report.WorkerExited(slot.number, slot.pid, exit, stopNanos));
        slot.pendingSignal = null;
        if (!slot.planned) {
            lastExit = Optional.of("worker " + slot.number + " (pid " + slot.pid + "): " + exit);
            boolean proven = slot.wasReady
                    && now - slot.readyAt >= policy.recoverIntervalMax().toNanos();
            slot.replaces = OptionalInt.of(slot.pid);
            slot.reason = StartReason.RECOVER;
            slot.vacate();
            failed(slot, proven, now);
        } else if (groupLeft) {
            slot.leaderless = true;
        } else {
            slot.vacate();
        }
    }

    private static Exit.Cause cause(Slot slot, WaitStatus status) {
        boolean byKill = status instanceof WaitStatus.Signaled signaled && signaled.signal() == Signal.KILL.number();
        if (slot.overdue) {
            return Exit.Cause.START_TIMEOUT;
        }
        if (slot.killed && byKill) {
            return Exit.Cause.KILLED;
        }
        return status instanceof WaitStatus.Exited ? Exit.Cause.EXIT : Exit.Cause.SIGNAL;
    }

    /** One unplanned end more: too many, or the slot is filled again after its wait. */
    private void failed(Slot slot, boolean proven, long now) {
        slot.failures = proven ? 1 : slot.failures + 1;
        boolean tooMany = meter.exceededBy(now);
        if (shutdown.begun()) {
            return;
        }
        if (tooMany) {
            tell(new Report.ThresholdExceeded(
                    meter.count(now),
                    policy.recoverThreshold(),
                    policy.recoverWindow().toNanos()));
            stop(allReady ? Outcome.OVER_RECOVERY : Outcome.NEVER_READY, "recover threshold exceeded", now);
            return;
        }
        long delay = backoff.delay(slot.failures);
        slot.await(now + delay);
        if (delay > 0) {
            tell(new Report.RecoveryDelayed(slot.number, slot.failures, delay));
        }
    }

    private void stopAsked(String why, long now) {
        if (!shutdown.askedAgain()) {
            stop(Outcome.STOPPED, why, now);
            return;
        }
        for (Slot slot : slots) {
            if (slot.phase == Slot.Phase.STOPPING && !slot.killed) {
                kill(slot, now);
            }
        }
    }

    private void stop(Outcome outcome, String why, long now) {
        if (shutdown.begun()) {
            return;
        }
        long running = slots.stream().filter(Slot::occupied).count();
        shutdown.begin(outcome);
        // Kept, since the exits that are the reason may have left the window by the time it is told.
        exitsAtStop = meter.count(now);
        tell(new Report.StopBegan(why, outcome, (int) running));
        for (Slot slot : slots) {
            if (slot.occupied()) {
                ask(slot, now);
            } else if (slot.phase == Slot.Phase.WAITING) {
                slot.vacate();
            }
        }
    }

    /** Asks a worker to stop. One that was given up on already keeps its own end, and its own deadline. */
    private void ask(Slot slot, long now) {
        if (!slot.overdue && !slot.killed) {
            slot.planned = true;
            slot.pendingSignal = Signal.TERM;
            // One that was stopping of its own will gets the whole grace all the same: it counts from our TERM.
            slot.stoppingAt = now;
        }
        stopping(slot, "the supervisor stops", now);
    }

    private void kill(Slot slot, long now) {
        slot.killed = true;
        slot.killedAt = now;
        slot.pendingSignal = Signal.KILL;
        tell(new Report.WorkerKilled(slot.number, slot.pid));
    }

    private Optional<Slot> find(int pid) {
        return slots.stream().filter(slot -> slot.occupied() && slot.pid == pid).findFirst();
    }

    private List<Integer> pids() {
        return slots.stream().filter(Slot::occupied).map(slot -> slot.pid).toList();
    }

    private static Snapshot.Worker view(Slot slot, long now) {
        Optional<WorkerState> state =
                switch (slot.phase) {
                    case STARTING -> Optional.of(WorkerState.STARTING);
                    case READY -> Optional.of(WorkerState.READY);
                    case STOPPING -> Optional.of(WorkerState.STOPPING);
                    case EMPTY, WAITING, SPAWNING -> Optional.empty();
                };
        OptionalInt pid = slot.occupied() ? OptionalInt.of(slot.pid) : OptionalInt.empty();
        long backoff = slot.phase == Slot.Phase.WAITING ? Math.max(0, slot.dueAt - now) : 0;
        return new Snapshot.Worker(slot.number, pid, state, backoff);
    }

    private void tell(Report report) {
        untold.addLast(report);
    }
}
