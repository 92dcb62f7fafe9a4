package dev.prefork.status;

import dev.prefork.json.Json;
import dev.prefork.supervise.Snapshot;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * The status as JSON, made at most four times a second however many ask: the rest are handed the same.
 *
 * <p>Threading: any thread; one makes it, the others wait for it. No worker is asked, and the master's loop does not wait.
 */
public final class StatusReport {
    private static final long FRESH_NANOS = 250_000_000;

    private final Source source;
    private final StatusDocument document;
    private final UsageSampler usage;
    private final Supplier<Bounds> bounds;
    private byte[] made = {};
    private long madeAt;

    /**
     * Where it all comes from; each may be asked by any thread.
     *
     * @param leader pid of the worker that leads
     * @param lagNanos for how long a message waits for the master's loop
     */
    public record Source(
            Supplier<Snapshot> snapshot,
            Supplier<Health> health,
            Supplier<List<ListenerStatus>> listeners,
            Supplier<OptionalInt> leader,
            Supplier<Long> lagNanos) {}

    public StatusReport(
            Source source, MasterFacts master, SlotHistory history, UsageSampler usage, Supplier<Bounds> bounds) {
        this.source = source;
        this.document = new StatusDocument(master, history);
        this.usage = usage;
        this.bounds = bounds;
    }

    /** In UTF-8, without a line break. Not to be changed. */
    public synchronized byte[] json() {
        long now = System.nanoTime();
        if (made.length == 0 || now - madeAt > FRESH_NANOS) {
            made = Json.write(document.of(look(now), source.lagNanos().get() / 1e9))
                    .getBytes(StandardCharsets.UTF_8);
            madeAt = now;
        }
        return made;
    }

    private Seen look(long now) {
        Snapshot snapshot = source.snapshot().get();
        return new Seen(
                new Seen.Moment(Instant.now(), now),
                snapshot,
                source.health().get(),
                new Seen.Kernel(
                        usage.look(snapshot.pids(), now),
                        source.listeners().get(),
                        source.leader().get()),
                bounds.get());
    }
}
