package dev.prefork.status;

import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.WorkerState;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Everything that is to be seen as values for JSON, under the names that metrics have. docs/STATUS.md describes each of them. */
record StatusDocument(MasterFacts master, SlotHistory history) {
    /** Goes up with each change that a reader could trip over; more keys are none. */
    private static final int SCHEMA = 1;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    Map<String, Object> of(Seen seen, double lagSeconds) {
        List<Problem> problems = Problem.of(seen);
        Snapshot snapshot = seen.snapshot();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("schema", SCHEMA);
        document.put("time", TIME.format(seen.now().time()));
        document.put("state", Problem.state(seen, problems));
        document.put("problems", problems.stream().map(StatusDocument::problem).toList());
        document.put("master", master(seen, lagSeconds));
        document.put("limits", limits(seen.bounds()));
        document.put("health", health(seen.health()));
        document.put("workers", workers(snapshot, seen.health().minReady()));
        document.put("recover", recover(snapshot, seen.bounds()));
        document.put("rollout", rollout(snapshot.rollout()));
        document.put("leader", leader(seen));
        document.put(
                "listeners",
                seen.kernel().listeners().stream().map(StatusDocument::listener).toList());
        document.put(
                "slots",
                snapshot.workers().stream().map(worker -> slot(worker, seen)).toList());
        return document;
    }

    private static Map<String, Object> problem(Problem problem) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("severity", lower(problem.severity()));
        put(map, "slot", problem.slot());
        map.put("text", problem.text());
        return map;
    }

    private Map<String, Object> master(Seen seen, double lagSeconds) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("pid", master.pid());
        map.put("host", master.host());
        map.put("version", master.version());
        map.put("started", TIME.format(seen.timeOf(master.startedAt())));
        map.put("uptime_seconds", seen.secondsSince(master.startedAt()));
        map.put("loop_lag_seconds", lagSeconds);
        return map;
    }

    private static Map<String, Object> limits(Bounds bounds) {
        Map<String, Object> map = new LinkedHashMap<>();
        put(map, "cpu_cores", bounds.cpuCores());
        bounds.memoryBytes().ifPresent(bytes -> map.put("memory_bytes", bytes));
        return map;
    }

    private static Map<String, Object> health(Health health) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("live", health.live());
        map.put("ready", health.ready());
        map.put("started", health.started());
        map.put("well", health.well());
        return map;
    }

    private static Map<String, Object> workers(Snapshot snapshot, int minReady) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("desired", snapshot.desired());
        for (WorkerState state : WorkerState.values()) {
            map.put(lower(state), snapshot.counted(state));
        }
        map.put("down", snapshot.down());
        map.put("min_ready", minReady);
        return map;
    }

    private static Map<String, Object> recover(Snapshot snapshot, Bounds bounds) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("exits", snapshot.recovery().exits());
        map.put("threshold", snapshot.recovery().threshold());
        map.put("window_seconds", bounds.recoverWindow().toNanos() / 1e9);
        return map;
    }

    private static Map<String, Object> rollout(Snapshot.Rollout rollout) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("active", rollout.active());
        map.put("version", rollout.version());
        map.put("begun", rollout.begun());
        map.put("of", rollout.of());
        map.put("result", lower(rollout.result()));
        rollout.reason().ifPresent(why -> map.put("reason", why));
        return map;
    }

    private static Map<String, Object> leader(Seen seen) {
        return seen.snapshot().workers().stream()
                .filter(worker -> leads(worker, seen))
                .findFirst()
                .map(worker -> {
                    Map<String, Object> map = new LinkedHashMap<>();
                    map.put("slot", worker.slot());
                    put(map, "pid", worker.pid());
                    return map;
                })
                .orElse(null);
    }

    private static boolean leads(Snapshot.Worker worker, Seen seen) {
        return worker.pid().isPresent() && worker.pid().equals(seen.kernel().leader());
    }

    private static Map<String, Object> listener(ListenerStatus listener) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", listener.name());
        map.put("address", listener.address());
        map.put("queue", listener.queue());
        map.put("queue_limit", listener.queueLimit());
        map.put("stalled_seconds", listener.stalledSeconds());
        return map;
    }

    private Map<String, Object> slot(Snapshot.Worker worker, Seen seen) {
        SlotHistory.Slot past = history.of(worker.slot());
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("slot", worker.slot());
        map.put("state", worker.state().map(StatusDocument::lower).orElse("waiting"));
        put(map, "pid", worker.pid());
        worker.pid().stream().boxed().findFirst().ifPresent(pid -> put(map, "generation", history.generation(pid)));
        put(map, "version", worker.life().version());
        worker.life().reason().ifPresent(reason -> map.put("reason", lower(reason)));
        moment(map, "started", "uptime_seconds", worker.life().startedAt(), seen);
        moment(map, "ready_since", "ready_seconds", worker.life().readySince(), seen);
        map.put("restarts_total", past.restarts());
        if (worker.backoffNanos() > 0) {
            map.put("backoff_seconds", worker.backoffNanos() / 1e9);
        }
        map.put("leader", leads(worker, seen));
        worker.pid().stream()
                .boxed()
                .findFirst()
                .map(seen.kernel().usage()::get)
                .ifPresent(usage -> usage(map, usage));
        worker.down().ifPresent(reason -> map.put("down", reason));
        worker.status().ifPresent(text -> map.put("status", text));
        past.lastExit().ifPresent(exit -> map.put("last_exit", lastExit(exit, seen)));
        return map;
    }

    private static Map<String, Object> lastExit(SlotHistory.LastExit exit, Seen seen) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("time", TIME.format(seen.timeOf(exit.at())));
        map.put("pid", exit.pid());
        map.put("cause", lower(exit.exit().cause()));
        map.put("planned", exit.exit().planned());
        map.put("text", exit.exit().toString());
        return map;
    }

    private static void usage(Map<String, Object> map, Usage usage) {
        map.put("cpu_seconds_total", usage.figures().cpuSeconds());
        put(map, "cpu_cores", usage.cores());
        map.put("resident_memory_bytes", usage.figures().residentBytes());
        put(map, "open_fds", usage.figures().openFiles());
        map.put("threads", usage.figures().threads());
        put(map, "requests_per_second", usage.requestsPerSecond());
        put(map, "requests_share", usage.requestsShare());
        usage.halted().ifPresent(halted -> {
            map.put("halted", lower(halted.kind()));
            map.put("halted_seconds", halted.seconds());
        });
    }

    private static void moment(Map<String, Object> map, String when, String since, OptionalLong moment, Seen seen) {
        if (moment.isPresent()) {
            map.put(when, TIME.format(seen.timeOf(moment.getAsLong())));
            map.put(since, seen.secondsSince(moment.getAsLong()));
        }
    }

    private static void put(Map<String, Object> map, String key, OptionalInt number) {
        number.ifPresent(value -> map.put(key, value));
    }

    private static void put(Map<String, Object> map, String key, OptionalDouble number) {
        number.ifPresent(value -> map.put(key, value));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
