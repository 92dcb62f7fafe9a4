package dev.prefork.master;

import dev.prefork.os.Posix;
import dev.prefork.os.WaitStatus;
import dev.prefork.procfs.Children;
import dev.prefork.supervise.Action;
import dev.prefork.supervise.Event;
import dev.prefork.supervise.Outcome;
import dev.prefork.supervise.Policy;
import dev.prefork.supervise.Readiness;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.Supervisor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One worker's life, from its start to the end of its master, decided by a supervisor without a listener: a JVM links what
 * it runs for the first time piece by piece, and the first time would be the stop of a pod, whose every moment counts.
 *
 * <p>Threading: any thread; touches nothing of a running master.
 */
public final class StopWarmup {
    /** No process has it: Linux numbers processes up to 4194304 at most; see /proc/sys/kernel/pid_max in proc(5). */
    private static final int NO_PROCESS = Integer.MAX_VALUE;

    private static final Path PROC = Path.of("/proc");

    private final Posix posix;
    private final Sessions sessions;
    private final ReportLog log = new ReportLog(entry -> {}, true);
    private final Supervisor supervisor = new Supervisor(policy(), () -> 0, 0);
    private Optional<Outcome> outcome = Optional.empty();

    private StopWarmup(Posix posix) {
        this.posix = posix;
        this.sessions = new Sessions(posix, PROC, pid -> false, StopWarmup::noneOfTheChildren);
    }

    /** How it ended, and the state it left. */
    public record Result(Outcome outcome, Snapshot snapshot) {}

    /** Takes some 30 ms the first time. */
    public static Result perform(Posix posix) {
        StopWarmup warmup = new StopWarmup(posix);
        warmup.tell(new Event.ReadyNotified(NO_PROCESS));
        warmup.tell(new Event.StopAsked("warm-up", false));
        warmup.tell(new Event.Ended(NO_PROCESS));
        return new Result(warmup.outcome.orElseThrow(), warmup.supervisor.snapshot(0));
    }

    private static List<Integer> noneOfTheChildren() {
        return Children.of(PROC.resolve("self")).stream()
                .filter(pid -> pid == NO_PROCESS)
                .toList();
    }

    private static Policy policy() {
        Duration moment = Duration.ofSeconds(1);
        return new Policy(
                1,
                new Policy.Recovery(OptionalInt.of(1), moment, Duration.ZERO, moment),
                new Policy.Starting(moment, Readiness.notification(), 1),
                new Policy.Stopping(Duration.ZERO, moment));
    }

    private void tell(Event event) {
        settle();
        supervisor.on(event, 0);
        settle();
    }

    private void settle() {
        for (var action = supervisor.next(0); action.isPresent(); action = supervisor.next(0)) {
            perform(action.get());
        }
    }

    private void perform(Action action) {
        if (action instanceof Action.Spawn spawn) {
            supervisor.on(new Event.Spawned(spawn.place(), NO_PROCESS), 0);
        } else if (action instanceof Action.MeasureQueue) {
            supervisor.on(new Event.QueueMeasured(0), 0);
        } else if (action instanceof Action.Reap reap) {
            // Looks without touching: the workers that are there are the running master's to reap.
            posix.peekExited();
            boolean groupLeft = posix.groupExists(reap.pid()) || sessions.areLeft(reap.pid());
            supervisor.on(new Event.Reaped(reap.pid(), WaitStatus.decode(0), groupLeft, false), 0);
        } else if (action instanceof Action.FindAdopted) {
            supervisor.on(new Event.AdoptedFound(List.of()), 0);
        } else if (action instanceof Action.Tell tell) {
            log.on(tell.report());
        } else if (action instanceof Action.Finish finish) {
            outcome = Optional.of(finish.outcome());
        }
    }
}
