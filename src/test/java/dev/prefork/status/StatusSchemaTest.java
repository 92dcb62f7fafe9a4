package dev.prefork.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.json.Json;
import dev.prefork.procfs.Halt;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.StartReason;
import dev.prefork.supervise.WorkerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The document, its schema and its description have the same keys. */
class StatusSchemaTest {
    private static final Pattern KEY = Pattern.compile("(?m)^\\| `([a-z_.\\[\\]]+)` \\|");

    private final SlotHistory history = new SlotHistory(() -> SeenSamples.NOW - SeenSamples.SECOND);
    private final StatusDocument document =
            new StatusDocument(new MasterFacts(1, "pod-7", "1.2.3", SeenSamples.NOW), history);
    private final SeenSamples pod = new SeenSamples();
    private final Schema schema = Schema.read(Path.of("docs/status.schema.json"));

    /** A pod of which everything there is to know is known. */
    @BeforeEach
    void fill() {
        history.on(new Report.WorkerStarted(0, 90, StartReason.BOOT, OptionalInt.empty()));
        history.on(new Report.WorkerExited(0, 90, SeenSamples.killed(), 0));
        history.on(new Report.WorkerStarted(0, 100, StartReason.RECOVER, OptionalInt.empty()));
        pod.leader = OptionalInt.of(100);
        pod.workers.set(1, SeenSamples.down(1, 101, "database: refused"));
        pod.workers.add(SeenSamples.waiting(2, 1_500_000_000L));
        pod.exits = List.of(SeenSamples.exit("worker 0 (pid 90) exit code 1"));
        pod.rollout = new Snapshot.Rollout(false, 4, 1, 2, Snapshot.Setback.ofFailure("exit code 7"));
    }

    private Object written() {
        pod.halted = Optional.of(new Halts.Halted(Halt.Kind.STOPPED, 12.5));
        return Json.read(Json.write(document.of(pod.seen(), 0.001)));
    }

    @Test
    void theDocumentKeepsTheSchema() {
        assertThat(schema.violations(written())).isEmpty();
    }

    @Test
    void soItDoesInEveryState() {
        for (WorkerState state : WorkerState.values()) {
            pod.workers.set(1, SeenSamples.worker(1, 101, state));
            assertThat(schema.violations(written())).isEmpty();
        }
        for (Snapshot.Rollout rollout : List.of(
                Snapshot.Rollout.NONE,
                new Snapshot.Rollout(true, 1, 1, 2, Snapshot.Setback.NONE),
                new Snapshot.Rollout(false, 1, 2, 2, Snapshot.Setback.NONE),
                new Snapshot.Rollout(false, 1, 2, 2, Snapshot.Setback.ofRefusal("unknown key")))) {
            pod.rollout = rollout;
            pod.leader = OptionalInt.empty();
            assertThat(schema.violations(written())).isEmpty();
        }
        pod.workers = new ArrayList<>();
        pod.listeners = List.of();
        assertThat(schema.violations(written())).isEmpty();
    }

    @Test
    void everyKeyOfTheSchemaIsWritten() {
        assertThat(new TreeSet<>(Schema.keys(written()))).isEqualTo(new TreeSet<>(schema.keys()));
    }

    @Test
    void everyKeyIsDescribedAndNoOther() throws IOException {
        String text = Files.readString(Path.of("docs/STATUS.md"));
        Set<String> described = new TreeSet<>();
        KEY.matcher(text.substring(text.indexOf("## The document")))
                .results()
                .forEach(match -> described.add(match.group(1)));

        assertThat(described).isEqualTo(new TreeSet<>(schema.keys()));
    }

    @Test
    void theSchemaIsClosedAndDescribesEachKey() {
        assertThat(schema.openObjects()).isEmpty();
        assertThat(schema.undescribed()).isEmpty();
    }

    @Test
    void aDocumentThatBreaksItIsFound() {
        assertThat(schema.violations(Map.of("schema", 2L))).contains("$.schema is not 1", "$.time is missing");
        assertThat(schema.violations(
                        Json.read("{\"state\":\"fine\",\"more\":1,\"slots\":[{\"pid\":-1,\"slot\":\"0\"}]}")))
                .contains(
                        "$.state is none of [starting, serving, degraded, not-ready, draining, stopping]",
                        "$.more is not known",
                        "$.slots[0].pid is less than 0",
                        "$.slots[0].slot is not of type integer");
        assertThat(schema.violations(Json.read("{\"time\":\"yesterday\"}"))).contains("$.time is not a date-time");
    }
}
