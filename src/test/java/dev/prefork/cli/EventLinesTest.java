package dev.prefork.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.control.Answer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventLinesTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true);

    private static Answer.Received answer(Object... events) {
        return new Answer.Received(Answer.Kind.PROGRESS, Map.of("events", List.of(events), "last", 4L));
    }

    private static Map<String, Object> event(String text) {
        return Map.of("time", "2026-12-01T09:00:00Z", "level", "INFO", "message", text);
    }

    @Test
    void anEventIsALine() {
        EventLines lines = new EventLines(out, false);
        assertThat(lines.isFirst()).isTrue();
        lines.show(answer());
        assertThat(lines.isFirst()).isFalse();
        assertThat(bytes.toString()).isEmpty();

        lines.show(answer(event("worker 0 (pid 7) started"), event("worker 0 (pid 7) ready")));
        assertThat(bytes.toString().lines())
                .containsExactly(
                        "2026-12-01T09:00:00Z INFO worker 0 (pid 7) started",
                        "2026-12-01T09:00:00Z INFO worker 0 (pid 7) ready");
    }

    @Test
    void whatWorkersHaveSaidMovesNoCursor() {
        new EventLines(out, false).show(answer(event("says \u001b[2J\nmaster: all is well")));
        assertThat(bytes.toString()).isEqualTo("2026-12-01T09:00:00Z INFO says ?[2J?master: all is well\n");
    }

    @Test
    void asJsonItIsAnObjectToALine() {
        new EventLines(out, true).show(answer(Map.of("message", "a\nb")));
        assertThat(bytes.toString()).isEqualTo("{\"message\":\"a\\nb\"}\n");
    }

    @Test
    void fromAMasterOfAnotherVersionAnythingMayBeMissing() {
        EventLines lines = new EventLines(out, false);
        lines.show(new Answer.Received(Answer.Kind.PROGRESS, "a text"));
        lines.show(answer(4L));
        assertThat(bytes.toString()).isEqualTo("null null null\n");
    }
}
