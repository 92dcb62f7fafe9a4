package dev.prefork.status;

import dev.prefork.json.Json;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.StartReason;
import dev.prefork.supervise.StopPhase;
import dev.prefork.supervise.WorkerState;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Documents of pods in states that a real one does not stay in. */
public final class StatusSamples {
    private StatusSamples() {}

    /** One worker waits, a reload was aborted, and a listener is stalled. */
    public static byte[] degraded() {
        SeenSamples pod = new SeenSamples();
        SlotHistory history = new SlotHistory(() -> SeenSamples.NOW - 4 * SeenSamples.SECOND);
        exit(history, 1, 101);
        pod.workers.set(1, SeenSamples.waiting(1, 6_400_000_000L));
        pod.workers.add(SeenSamples.ready(2, 102));
        pod.workers.add(SeenSamples.worker(3, 103, WorkerState.STARTING));
        pod.desired = 4;
        pod.leader = OptionalInt.of(100);
        pod.exits = List.of(SeenSamples.exit("worker 1 (pid 101) killed by signal 9 (SIGKILL)"));
        pod.rollout = new Snapshot.Rollout(
                false, 4, 1, 4, Snapshot.Setback.ofFailure("worker 1 (pid 101) was not ready within 60 s"));
        pod.health = new Health(true, true, true, false, 1);
        pod.listeners = List.of(
                new ListenerStatus("http", "tcp4://0.0.0.0:8080", 37, 4096, 12.4),
                new ListenerStatus("admin", "unix:///run/admin.sock", 0, 128, 0));
        return write("shop-6d4b9c7f5-x2x8p", pod, history);
    }

    /** A stop has begun; {@code host} is the name of the pod. */
    public static byte[] draining(String host) {
        SeenSamples pod = new SeenSamples();
        pod.stop = StopPhase.UNREADY;
        pod.health = new Health(true, false, true, true, 1);
        return write(host, pod, new SlotHistory(() -> SeenSamples.NOW));
    }

    private static void exit(SlotHistory history, int slot, int pid) {
        history.on(new Report.WorkerStarted(slot, pid, StartReason.RECOVER, OptionalInt.empty()));
        history.on(new Report.WorkerExited(slot, pid, SeenSamples.killed(), 0));
    }

    private static byte[] write(String host, SeenSamples pod, SlotHistory history) {
        MasterFacts master = new MasterFacts(1, host, "1.2.3", SeenSamples.NOW - 95 * SeenSamples.SECOND);
        Map<Integer, Usage> usage = new HashMap<>(pod.seen().kernel().usage());
        Usage one = usage.get(100);
        usage.put(
                102,
                new Usage(
                        one.figures(),
                        OptionalDouble.of(0.31),
                        OptionalDouble.of(121),
                        OptionalDouble.of(0.5),
                        Optional.empty()));
        Seen seen = pod.seen();
        Seen all = new Seen(
                seen.now(),
                seen.snapshot(),
                seen.health(),
                new Seen.Kernel(usage, seen.kernel().listeners(), seen.kernel().leader()),
                seen.bounds());
        return Json.write(new StatusDocument(master, history).of(all, 0.0004)).getBytes(StandardCharsets.UTF_8);
    }
}
