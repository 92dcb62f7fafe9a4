package dev.prefork.app;

import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.WorkerState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a probe of a master is told, from its last snapshot and without asking any worker. Immutable; any thread may ask.
 *
 * @param name of the check, by which clients know it
 * @param data numbers are Long, the rest is String or Boolean; in the order in which it is shown
 */
public record MasterHealth(String name, boolean up, Map<String, Object> data) {
    /** Longer than any turn of the loop, a spawn included; shorter than a kubelet's patience. */
    private static final Duration LOOP_PATIENCE = Duration.ofSeconds(5);

    /** Of so many workers, for a kubelet reads 10 KB of an answer and no more. */
    private static final int STATUSES = 32;

    /** What can be asked. */
    public enum Probe {
        /** Whether the master's loop turns. Workers never matter here: a bad application must not get its master killed. */
        LIVE("prefork-loop"),
        /** Whether enough workers are ready, and no stop has begun. */
        READY("prefork-workers"),
        /** Whether all of the initial workers have been ready. */
        STARTED("prefork-first-generation"),
        /** Whether all is as it should be, for dashboards and people: a pod that is not well may still serve well enough. */
        WELL("prefork-strength");

        private final String check;

        Probe(String check) {
            this.check = check;
        }

        /** The name of the check. */
        public String check() {
            return check;
        }
    }

    /** The answer of now. */
    public static MasterHealth of(Probe probe, RunningMaster running) {
        // After the snapshot was taken a worker may become ready: one answer speaks of one moment.
        boolean answers = probe != Probe.LIVE || running.master().answers(LOOP_PATIENCE);
        return of(
                probe,
                answers,
                running.master().snapshot(),
                running.looks(),
                running.minReady().getAsInt());
    }

    /** @param answers whether the master's loop turns */
    static MasterHealth of(Probe probe, boolean answers, Snapshot snapshot, RunningMaster.Looks looks, int minReady) {
        Map<String, Object> data = described(snapshot);
        boolean up =
                switch (probe) {
                    case LIVE -> answers;
                    case READY -> {
                        ready(minReady, snapshot, data);
                        yield !snapshot.stopping() && snapshot.ready() >= minReady;
                    }
                    case STARTED -> {
                        // Not of all in the snapshot: standbys, and replacements beside the old ones, are in it too.
                        data.put("been-ready", snapshot.startup().slots() + " of " + snapshot.desired());
                        yield snapshot.started();
                    }
                    case WELL -> well(looks, snapshot, data);
                };
        return new MasterHealth(probe.check(), up, data);
    }

    private static Map<String, Object> described(Snapshot snapshot) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("workers-ready", (long) snapshot.ready());
        data.put("workers-starting", (long) snapshot.count(WorkerState.STARTING));
        data.put("workers-standby", (long) snapshot.count(WorkerState.STANDBY));
        data.put("workers-stopping", (long) snapshot.count(WorkerState.STOPPING));
        data.put("workers-desired", (long) snapshot.desired());
        data.put("restarts-in-window", (long) snapshot.recovery().exits());
        data.put("recover-threshold", (long) snapshot.recovery().threshold());
        snapshot.recovery().last().stream().findFirst().ifPresent(exit -> {
            data.put("last-exit", exit.text());
            exit.cause().ifPresent(cause -> data.put("last-exit-cause", lower(cause)));
        });
        return data;
    }

    private static void ready(int minReady, Snapshot snapshot, Map<String, Object> data) {
        data.put("min-ready", (long) minReady);
        data.put("stop", lower(snapshot.stop()));
        snapshot.workers().stream().limit(STATUSES).forEach(worker -> worker.status()
                .ifPresent(text -> data.put("status-" + worker.slot(), text)));
        down(snapshot, data);
        // Meanwhile the port accepts all the same: connections wait in the kernel's queue.
        snapshot.startup()
                .noneReadySince()
                .ifPresent(since -> data.put("none-ready-for-ms", (System.nanoTime() - since) / 1_000_000));
    }

    /** What their own checks say. In a rollout two of a slot may be: the later one is the one to look at. */
    private static void down(Snapshot snapshot, Map<String, Object> data) {
        snapshot.workers().stream()
                .filter(worker -> worker.down().isPresent() && !worker.draining())
                .limit(STATUSES)
                .forEach(worker -> data.put(
                        "down-" + worker.slot(),
                        "worker " + worker.slot() + ": " + worker.down().orElse("")));
    }

    private static boolean well(RunningMaster.Looks looks, Snapshot snapshot, Map<String, Object> data) {
        down(snapshot, data);
        data.put("backing-off", snapshot.backingOff());
        data.put("exits-in-a-row", (long) snapshot.recovery().inARow());
        data.put("reload", reload(snapshot.rollout()));
        data.put("boot-cache", looks.bootCache().get());
        // Never a reason to be DOWN: while one is booted, which is so after each takeover, nothing that serves is
        // missing.
        if (looks.standbys() > 0) {
            data.put("standing-by", snapshot.count(WorkerState.STANDBY) + " of " + looks.standbys());
        }
        var stalls = looks.stalled().get();
        stalls.forEach(stall -> data.put(
                "stalled-seconds-" + stall.listener()
                        + (stall.slot().isPresent() ? "-slot-" + stall.slot().getAsInt() : ""),
                stall.nanos() / 1_000_000_000));
        return !snapshot.backingOff()
                && !snapshot.recovery().repeats()
                && snapshot.ready() >= snapshot.desired()
                && !snapshot.rollout().hasFailed()
                && stalls.isEmpty();
    }

    /** One that was aborted or refused stays to be seen until the next is begun: until then the pod is not what it was asked to be. */
    private static String reload(Snapshot.Rollout rollout) {
        if (rollout.active()) {
            return "in course: " + rollout.begun() + " of " + rollout.of() + " workers";
        }
        String result = lower(rollout.result());
        return rollout.reason().map(why -> result + ": " + why).orElse(result);
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
