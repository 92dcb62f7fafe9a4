package dev.prefork.supervise;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** The part of the {@link Rulebook} about workers that are replaced while they serve: by a reload, or because that was asked for. */
final class ReplacementRules {
    private final Rulebook book;
    private final Policy policy;
    private final Collection<SimulatedProcess> processes;
    private final Set<Integer> recycled = new HashSet<>();
    private int good;
    private int wanted;
    private boolean active;
    private boolean proven;
    private int began;
    private int ended;

    /** Whether the memory carried one more when that was last asked, and none has been started since. */
    private boolean room;

    /** Whether an answer about the memory is on its way. */
    private boolean awaited;

    ReplacementRules(Rulebook book, Policy policy, Collection<SimulatedProcess> processes) {
        this.book = book;
        this.policy = policy;
        this.processes = processes;
    }

    /** The memory carries one more at this moment, or it does not. */
    void measured(boolean carried) {
        room = carried;
        awaited = true;
    }

    /** The supervisor is told of it. */
    void answered() {
        awaited = false;
    }

    private Policy.Pace pace() {
        return policy.workers().replacing().pace();
    }

    /** A process is about to be started. */
    void spawn(Action.Spawn spawn, int desired, boolean stopping, long now) {
        int most = desired
                + policy.workers().replacing().surge()
                + policy.workers().standbys();
        check(living(desired) < most, "never more live than are wanted and may be more: " + spawn);
        check(
                spawn.reason() == StartReason.RELOAD || spawn.version() == good,
                "what does not belong to a reload is started by the last good version " + good + ": " + spawn);
        check(
                spawn.reason() != StartReason.RELOAD || active && spawn.version() == wanted && !stopping,
                "what belongs to a reload is started by the version that is wanted " + wanted + ": " + spawn);
        if (pace().asksForRoom()
                && spawn.place() >= SimulatedProcess.FIRST_ANNEX
                && spawn.reason() != StartReason.STANDBY) {
            check(room, "none is started beside the others where the memory carries none more: " + spawn);
            room = false;
        }
        boolean follows =
                active && !proven && !policy.workers().replacing().soak().isZero();
        check(
                spawn.reason() != StartReason.RELOAD
                        || !follows
                        || processes.stream().noneMatch(this::soaks),
                "the first of a reload serves for a while before others follow");
    }

    /** Those that scaling down has made too many go by themselves. */
    private long living(int desired) {
        return processes.stream()
                .filter(p -> !p.ended && !p.abandoned && p.place < desired)
                .count();
    }

    private boolean soaks(SimulatedProcess process) {
        return process.isReplacement && process.version == wanted && !process.ended && !process.stopping;
    }

    /** A process is asked to stop. */
    void stopping(SimulatedProcess process, String why, int desired, long now) {
        if (why.startsWith("replaced by pid")) {
            int by = Integer.parseInt(why.substring("replaced by pid ".length()));
            check(
                    processes.stream().anyMatch(p -> p.pid == by && p.place == process.place && p.serves()),
                    "one is replaced by another that serves: " + process.pid + " by " + by);
            check(active || isDue(process, now) || !process.ready, "only in a reload, or when that was asked for");
        } else if (why.startsWith("making room")) {
            long ready = processes.stream()
                    .filter(p -> p.place < desired && p != process && p.serves() && !p.isReplacement)
                    .map(p -> p.place)
                    .distinct()
                    .count();
            check(
                    !process.ready || ready >= desired - Math.max(pace().unavailable(), pace().asksForRoom() ? 1 : 0),
                    "never fewer ready by our own doing than are wanted and may be missing: " + ready);
            check(active || isDue(process, now), "only in a reload, or when that was asked for");
        }
    }

    /** One has gone that is to be replaced: its replacement is in its place, if it is on its way. */
    void left(SimulatedProcess process) {
        processes.stream()
                .filter(p -> p.place == process.place && p.isBeside && p.isReplacement && !p.stopping && !p.ended)
                .forEach(p -> p.isBeside = false);
    }

    private boolean isDue(SimulatedProcess process, long now) {
        boolean old = policy.workers().replacing().lifetime().isPresent();
        return recycled.contains(process.pid) && (process.askedFor || old || process.isHeard(now));
    }

    /** The version that all have had. */
    int good() {
        return good;
    }

    /** Something was told about all this. */
    void told(Report report, int desired) {
        if (report instanceof Report.RolloutBegan rollout) {
            check(rollout.workers() == desired, "all are to be replaced: " + rollout);
            check(!active, "one reload at a time");
            check(++began == ended + 1, "each ends before the next");
            active = true;
            proven = false;
            wanted = rollout.version();
        } else if (report instanceof Report.RolloutCompleted rollout) {
            end(rollout.version());
            check(rollout.workers() == desired, "all have been replaced: " + rollout);
            good = wanted;
        } else if (report instanceof Report.RolloutAborted rollout) {
            end(rollout.version());
            check(
                    rollout.left() >= 0 && rollout.left() <= rollout.workers(),
                    "no more stay than there are: " + rollout);
            check(rollout.workers() == desired, "of all that are wanted: " + rollout);
        } else if (report instanceof Report.RolloutSuperseded rollout) {
            end(rollout.version());
        } else if (report instanceof Report.RecycleAsked asked) {
            check(recycled.add(asked.pid()), "a worker is said once to be replaced: " + asked);
        }
    }

    private void end(int version) {
        check(active && version == wanted, "what has begun ends");
        active = false;
        ended++;
    }

    /** All is over. */
    void finish() {
        check(!active && began == ended, "each reload has a result, also if a stop ends it");
    }

    /** From now on this one serves in the place of another. */
    void tookOver(SimulatedProcess process, long now) {
        check(
                process.isReplacement && process.serves(),
                "a replacement takes over once, when it serves: " + process.pid);
        check(
                !process.down || !process.isBeside && process.version == good,
                "one that is DOWN takes over only where the old one has gone already: " + process.pid);
        process.isReplacement = false;
        process.isBeside = false;
        long soak = policy.workers().replacing().soak().toNanos();
        boolean first = active && !proven && process.version == wanted && process.reason == StartReason.RELOAD;
        check(
                !first || process.isHealthyFor(soak, now),
                "the first of a reload takes over after it has served for a while");
        proven |= first;
    }

    /** At the end of a reload all serve by its version, and nothing else is wanted. */
    void complete(Report.RolloutCompleted completed, int desired) {
        processes.stream()
                .filter(p -> p.place < desired && p.serves())
                .forEach(p -> check(p.version == completed.version(), "all are of that version: " + p.pid));
    }

    /** Nothing is left to do at this moment. */
    void quiet(Snapshot.Rollout told, int desired, boolean full, long now) {
        check(told.active() == active && (!active || told.of() == desired), "the snapshot knows the reload: " + told);
        check(told.begun() >= 0 && told.begun() <= told.of(), "no more have begun than there are: " + told);
        long soak = policy.workers().replacing().soak().toNanos();
        check(
                processes.stream().noneMatch(p -> p.isReplacement && p.isHealthyFor(soak, now)),
                "one that serves for long enough takes over");
        boolean settled =
                processes.stream().allMatch(p -> p.forgotten || p.abandoned || p.serves() && !p.isReplacement);
        long serving =
                processes.stream().filter(p -> p.serves() && p.place < desired).count();
        check(awaited || !active || !settled || serving != desired || full, "a reload that has begun goes on");
    }

    private void check(boolean holds, String rule) {
        book.check(holds, rule);
    }
}
