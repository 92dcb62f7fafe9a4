package dev.prefork.status;

import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.StopPhase;
import dev.prefork.supervise.WorkerState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Something that a person should know first. Immutable.
 *
 * @param severity whether clients feel it
 * @param slot of the worker that it is about; empty if it is about all
 * @param text one line
 */
public record Problem(Severity severity, OptionalInt slot, String text) {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int MOST = 20;

    /** Whether clients feel it. */
    public enum Severity {
        ERROR,
        WARNING
    }

    /** All there are, the gravest first; of those about single workers no more than twenty. */
    static List<Problem> of(Seen seen) {
        List<Problem> problems = new ArrayList<>();
        Snapshot snapshot = seen.snapshot();
        boolean stopping = snapshot.stopping();
        if (!seen.health().live()) {
            problems.add(error("the supervising loop does not answer"));
        }
        if (isStarting(snapshot)) {
            // As it has to be.
            problems.add(warning("starting: " + snapshot.ready() + " of " + snapshot.desired() + " workers are ready"));
        } else if (!stopping && snapshot.ready() < seen.health().minReady()) {
            problems.add(error("not ready: " + snapshot.ready() + " of " + snapshot.desired()
                    + " workers are ready, at least " + seen.health().minReady() + " must be"));
        }
        seen.kernel().listeners().stream()
                .filter(listener -> listener.stalledSeconds() > 0 && !stopping)
                .map(listener -> error("no connection on " + listener.name() + " has been accepted for "
                        + Math.round(listener.stalledSeconds()) + " s while " + listener.queue() + " wait"))
                .forEach(problems::add);
        snapshot.rollout().failure().map(why -> error("reload aborted: " + why)).ifPresent(problems::add);
        snapshot.rollout().refusal().map(why -> error("reload refused: " + why)).ifPresent(problems::add);
        if (!stopping
                && !isStarting(snapshot)
                && snapshot.ready() >= seen.health().minReady()
                && snapshot.ready() < snapshot.desired()) {
            problems.add(warning(snapshot.ready() + " of " + snapshot.desired() + " workers are ready"));
        }
        Snapshot.Recovery recovery = snapshot.recovery();
        if (!stopping && recovery.exits() > 0) {
            problems.add(warning(recovery.exits() + (recovery.exits() == 1 ? " unexpected exit" : " unexpected exits")
                    + " in the window, more than " + recovery.threshold() + " end the pod; the last: "
                    + snapshot.lastExit().orElse("unknown")));
        }
        if (stopping) {
            problems.add(warning(
                    snapshot.stop() == StopPhase.UNREADY ? "draining: unready, but still serving" : "stopping"));
        }
        snapshot.workers().stream()
                .filter(worker -> worker.down().isPresent() && !worker.draining())
                .limit(MOST)
                .map(worker -> new Problem(
                        Severity.WARNING,
                        OptionalInt.of(worker.slot()),
                        "worker " + worker.slot() + " is not ready by its own checks: "
                                + worker.down().orElse("")))
                .forEach(problems::add);
        snapshot.workers().stream()
                .filter(worker -> worker.backoffNanos() > 0)
                .limit(MOST)
                .map(worker -> new Problem(
                        Severity.WARNING,
                        OptionalInt.of(worker.slot()),
                        "worker " + worker.slot() + " restarts after a wait of " + seconds(worker.backoffNanos())))
                .forEach(problems::add);
        snapshot.workers().stream()
                .flatMap(worker -> halted(worker, seen).stream())
                .limit(MOST)
                .forEach(problems::add);
        problems.sort(Comparator.comparing(Problem::severity));
        return problems;
    }

    /** A worker that does not run looks well otherwise: its socket accepts, and its state is what it said last. */
    private static Optional<Problem> halted(Snapshot.Worker worker, Seen seen) {
        return worker.pid().stream()
                .boxed()
                .map(seen.kernel().usage()::get)
                .filter(Objects::nonNull)
                .flatMap(usage -> usage.halted().stream())
                .findFirst()
                .map(halted -> new Problem(
                        Severity.WARNING,
                        OptionalInt.of(worker.slot()),
                        halted(worker.slot(), worker.pid().getAsInt(), halted)));
    }

    private static String halted(int slot, int pid, Halts.Halted halted) {
        String name = "worker " + slot + " (pid " + pid + ")";
        String time = Math.round(halted.seconds()) < 1 ? "" : " for " + Math.round(halted.seconds()) + " s at least";
        String replace = "prefork kill " + slot + " --now replaces it";
        return switch (halted.kind()) {
            case STOPPED ->
                name + " has been stopped by a signal such as SIGSTOP" + time + ": kill -CONT " + pid
                        + " lets it go on, " + replace;
            case TRACED -> name + " has been stopped by a debugger" + time + ": it goes on when that lets it";
            case UNINTERRUPTIBLE ->
                name + " has waited in the kernel" + time
                        + ", where no signal ends it: look at its volumes and the node; no kill helps until that is over";
        };
    }

    /** A word for all of it. */
    static String state(Seen seen, List<Problem> problems) {
        Snapshot snapshot = seen.snapshot();
        if (snapshot.stopping()) {
            return snapshot.stop() == StopPhase.ENDING ? "stopping" : "draining";
        }
        if (isStarting(snapshot)) {
            return "starting";
        }
        if (snapshot.ready() < seen.health().minReady()) {
            return "not-ready";
        }
        return problems.isEmpty() ? "serving" : "degraded";
    }

    private static boolean isStarting(Snapshot snapshot) {
        return !snapshot.stopping()
                && !snapshot.started()
                && snapshot.count(WorkerState.STARTING) > 0
                && snapshot.recovery().exits() == 0;
    }

    private static Problem error(String text) {
        return new Problem(Severity.ERROR, OptionalInt.empty(), text);
    }

    private static Problem warning(String text) {
        return new Problem(Severity.WARNING, OptionalInt.empty(), text);
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f s", nanos / NANOS_PER_SECOND);
    }
}
