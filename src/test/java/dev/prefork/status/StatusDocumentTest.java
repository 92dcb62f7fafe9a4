package dev.prefork.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.json.Json;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.StartReason;
import dev.prefork.supervise.WorkerState;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusDocumentTest {
    private static final MasterFacts MASTER = new MasterFacts(1, "pod-7", "1.2.3", SeenSamples.NOW - 30_000_000_000L);

    private final SlotHistory history = new SlotHistory(() -> SeenSamples.NOW - SeenSamples.SECOND);
    private final StatusDocument document = new StatusDocument(MASTER, history);
    private final SeenSamples pod = new SeenSamples();

    @BeforeEach
    void begin() {
        history.on(new Report.WorkerStarted(0, 90, StartReason.BOOT, OptionalInt.empty()));
        history.on(new Report.WorkerExited(0, 90, SeenSamples.killed(), 0));
        history.on(new Report.WorkerStarted(0, 100, StartReason.RECOVER, OptionalInt.empty()));
    }

    private Map<String, Object> document() {
        return document.of(pod.seen(), 0.001);
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> part(String key) {
        return (Map<String, Object>) document().get(key);
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> slot(int index) {
        return ((List<Map<String, Object>>) document().get("slots")).get(index);
    }

    @Test
    void allOfItCanBeWrittenAndReadBack() {
        pod.leader = OptionalInt.of(100);
        Object read = Json.read(Json.write(document()));

        assertThat(((Map<?, ?>) read).keySet()).isEqualTo(document().keySet());
    }

    @Test
    void theHeadTellsWhoSpeaksAndHowItIs() {
        assertThat(document())
                .containsEntry("schema", 1)
                .containsEntry("time", "2026-12-01T09:30:00.250Z")
                .containsEntry("state", "serving")
                .containsEntry("problems", List.of());
        assertThat(part("master"))
                .isEqualTo(Map.of(
                        "pid",
                        1,
                        "host",
                        "pod-7",
                        "version",
                        "1.2.3",
                        "started",
                        "2026-12-01T09:29:30.250Z",
                        "uptime_seconds",
                        30.0,
                        "loop_lag_seconds",
                        0.001));
        assertThat(part("workers"))
                .isEqualTo(Map.of(
                        "desired",
                        2,
                        "starting",
                        0,
                        "ready",
                        2,
                        "standby",
                        0,
                        "stopping",
                        0,
                        "down",
                        0,
                        "min_ready",
                        1));
        assertThat(part("health")).isEqualTo(Map.of("live", true, "ready", true, "started", true, "well", true));
        assertThat(part("recover")).isEqualTo(Map.of("exits", 0, "threshold", 1, "window_seconds", 60.0));
        assertThat(part("limits")).isEqualTo(Map.of("cpu_cores", 2.0, "memory_bytes", 512L << 20));
    }

    @Test
    void aSlotTellsOfItsWorkerAndOfTheOneBefore() {
        pod.leader = OptionalInt.of(100);
        assertThat(slot(0))
                .containsEntry("slot", 0)
                .containsEntry("state", "ready")
                .containsEntry("pid", 100)
                .containsEntry("generation", 2)
                .containsEntry("version", 3)
                .containsEntry("reason", "boot")
                .containsEntry("started", "2026-12-01T09:29:40.250Z")
                .containsEntry("uptime_seconds", 20.0)
                .containsEntry("ready_since", "2026-12-01T09:29:45.250Z")
                .containsEntry("ready_seconds", 15.0)
                .containsEntry("restarts_total", 1)
                .containsEntry("leader", true)
                .containsEntry("cpu_seconds_total", 12.5)
                .containsEntry("cpu_cores", 0.25)
                .containsEntry("resident_memory_bytes", 64L << 20)
                .containsEntry("open_fds", 31)
                .containsEntry("threads", 9)
                .containsEntry("requests_per_second", 120.5)
                .containsEntry("requests_share", 0.5)
                .containsEntry("status", "processing 3 jobs")
                .containsEntry(
                        "last_exit",
                        Map.of(
                                "time",
                                "2026-12-01T09:29:59.250Z",
                                "pid",
                                90,
                                "cause",
                                "signal",
                                "planned",
                                false,
                                "text",
                                SeenSamples.killed().toString()));
        assertThat(part("leader")).isEqualTo(Map.of("slot", 0, "pid", 100));
    }

    @Test
    void whatIsNotKnownIsLeftOut() {
        pod.workers.set(1, SeenSamples.worker(1, 101, WorkerState.STARTING));
        assertThat(slot(1))
                .containsEntry("state", "starting")
                .doesNotContainKeys(
                        "ready_since", "ready_seconds", "generation", "cpu_cores", "last_exit", "backoff_seconds");
        assertThat(document()).containsEntry("leader", null);
    }

    @Test
    void anEmptySlotWaits() {
        pod.workers.set(1, SeenSamples.waiting(1, 1_500_000_000L));
        assertThat(slot(1))
                .containsEntry("state", "waiting")
                .containsEntry("backoff_seconds", 1.5)
                .doesNotContainKeys("pid", "started");
    }

    @Test
    void aReloadIsSeenFromItsBeginToItsEnd() {
        assertThat(part("rollout")).containsEntry("result", "none");
        pod.rollout = new Snapshot.Rollout(true, 4, 1, 2, Snapshot.Setback.NONE);
        assertThat(part("rollout"))
                .isEqualTo(Map.of("active", true, "version", 4, "begun", 1, "of", 2, "result", "active"));
        pod.rollout = new Snapshot.Rollout(false, 4, 2, 2, Snapshot.Setback.NONE);
        assertThat(part("rollout")).containsEntry("result", "completed");
        pod.rollout = new Snapshot.Rollout(false, 4, 1, 2, Snapshot.Setback.ofFailure("exit code 7"));
        assertThat(part("rollout")).containsEntry("result", "aborted").containsEntry("reason", "exit code 7");
        pod.rollout = new Snapshot.Rollout(false, 4, 2, 2, Snapshot.Setback.ofRefusal("unknown key"));
        assertThat(part("rollout")).containsEntry("result", "refused").containsEntry("reason", "unknown key");
        pod.rollout = new Snapshot.Rollout(false, 4, 1, 2, Snapshot.Setback.STOP);
        assertThat(part("rollout")).containsEntry("result", "aborted").containsEntry("reason", "a stop has begun");
    }

    @Test
    void listenersHaveTheirQueues() {
        pod.listeners = List.of(new ListenerStatus("http", "tcp4://0.0.0.0:8080", 3, 4096, 1.5));
        assertThat(document())
                .containsEntry(
                        "listeners",
                        List.of(Map.of(
                                "name",
                                "http",
                                "address",
                                "tcp4://0.0.0.0:8080",
                                "queue",
                                3L,
                                "queue_limit",
                                4096L,
                                "stalled_seconds",
                                1.5)));
    }

    @Test
    void whatFindsItselfNotReadyIsNotAmongTheReady() {
        pod.workers.set(1, SeenSamples.down(1, 101, "database: refused"));
        Map<?, ?> workers = (Map<?, ?>) document().get("workers");

        assertThat(workers.get("ready")).isEqualTo(1);
        assertThat(workers.get("down")).isEqualTo(1);
        List<?> slots = (List<?>) document().get("slots");
        assertThat(((Map<?, ?>) slots.get(0)).containsKey("down")).isFalse();
        assertThat(((Map<?, ?>) slots.get(1)).get("down")).isEqualTo("database: refused");
        assertThat(((Map<?, ?>) slots.get(1)).get("state"))
                .as("its process serves")
                .isEqualTo("ready");
    }
}
