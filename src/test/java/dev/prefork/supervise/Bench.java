package dev.prefork.supervise;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A supervisor on the bench: a hand-driven clock, a spawner that counts pids up from 100, and a record of all it does. */
final class Bench {
    final List<Report> reports = new ArrayList<>();
    final List<Action.SignalGroup> signals = new ArrayList<>();
    final List<Integer> spawnedSlots = new ArrayList<>();
    final List<Integer> reaped = new ArrayList<>();
    Optional<Outcome> finished = Optional.empty();
    Supervisor supervisor;
    long now = 1_000_000_000L;

    private int nextPid = 100;
    private Optional<String> refusal = Optional.empty();
    private WaitStatus reapStatus = new WaitStatus.Exited(0);
    private boolean groupLeft;

    Bench(Policy policy) {
        // 0.5 is the middle of the jitter: a delay stays as it is.
        supervisor = new Supervisor(policy, () -> 0.5, now);
    }

    static Bench started(Policy policy) {
        Bench bench = new Bench(policy);
        bench.run();
        return bench;
    }

    static Bench allReady(Policy policy) {
        Bench bench = started(policy);
        for (int slot = 0; slot < policy.workers(); slot++) {
            bench.tell(new Event.ReadyNotified(bench.pid(slot)));
        }
        return bench;
    }

    static Policy policy(int workers) {
        return new Policy(
                workers,
                Policy.defaultRecoverThreshold(workers),
                Duration.ofSeconds(60),
                Duration.ZERO,
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(20),
                Readiness.notification());
    }

    static Policy withThreshold(Policy p, int threshold, Duration window) {
        return new Policy(
                p.workers(),
                threshold,
                window,
                p.recoverInterval(),
                p.recoverIntervalMax(),
                p.startTimeout(),
                p.shutdownGracePeriod(),
                p.readiness());
    }

    static Policy withInterval(Policy p, Duration interval, Duration max) {
        return new Policy(
                p.workers(),
                p.recoverThreshold(),
                p.recoverWindow(),
                interval,
                max,
                p.startTimeout(),
                p.shutdownGracePeriod(),
                p.readiness());
    }

    static Policy withReadiness(Policy p, Readiness readiness) {
        return new Policy(
                p.workers(),
                p.recoverThreshold(),
                p.recoverWindow(),
                p.recoverInterval(),
                p.recoverIntervalMax(),
                p.startTimeout(),
                p.shutdownGracePeriod(),
                readiness);
    }

    Bench tell(Event event) {
        supervisor.on(event, now);
        return run();
    }

    Bench pass(Duration time) {
        now += time.toNanos();
        return run();
    }

    /** From now on every spawn fails for this reason. */
    Bench refuseSpawns(String reason) {
        refusal = Optional.of(reason);
        return this;
    }

    Bench allowSpawns() {
        refusal = Optional.empty();
        return this;
    }

    /** The process ends and is reaped with this status. */
    Bench end(int pid, WaitStatus status) {
        reapStatus = status;
        return tell(new Event.Ended(pid));
    }

    Bench crash(int slot) {
        return end(pid(slot), new WaitStatus.Signaled(Signal.KILL.number(), false));
    }

    /** The process ends while others of its group go on. */
    Bench endLeavingGroup(int pid, WaitStatus status) {
        groupLeft = true;
        end(pid, status);
        groupLeft = false;
        return this;
    }

    int pid(int slot) {
        return snapshot().workers().get(slot).pid().orElseThrow();
    }

    Snapshot snapshot() {
        return supervisor.snapshot(now);
    }

    <T extends Report> List<T> reports(Class<T> type) {
        return reports.stream().filter(type::isInstance).map(type::cast).toList();
    }

    List<Action.SignalGroup> takeSignals() {
        List<Action.SignalGroup> taken = List.copyOf(signals);
        signals.clear();
        return taken;
    }

    Bench run() {
        for (Optional<Action> action = supervisor.next(now); action.isPresent(); action = supervisor.next(now)) {
            perform(action.get());
        }
        return this;
    }

    private void perform(Action action) {
        if (action instanceof Action.Spawn spawn) {
            spawnedSlots.add(spawn.slot());
            Event answer = refusal.isPresent()
                    ? new Event.SpawnFailed(spawn.slot(), refusal.get())
                    : new Event.Spawned(spawn.slot(), nextPid++);
            supervisor.on(answer, now);
        } else if (action instanceof Action.SignalGroup signal) {
            signals.add(signal);
        } else if (action instanceof Action.Reap reap) {
            reaped.add(reap.pid());
            supervisor.on(new Event.Reaped(reap.pid(), reapStatus, groupLeft), now);
        } else if (action instanceof Action.Tell tell) {
            reports.add(tell.report());
        } else if (action instanceof Action.Finish finish) {
            finished = Optional.of(finish.outcome());
        }
    }
}
