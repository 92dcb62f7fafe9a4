package dev.prefork.quarkus.common;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.log.Entry;
import dev.prefork.log.EventName;
import dev.prefork.log.Key;
import dev.prefork.log.LogFormat;
import io.vertx.core.json.JsonObject;
import java.util.OptionalInt;
import java.util.logging.Level;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;

class LineFormatterTest {
    private static final Entry.Worker NONE = new Entry.Worker(OptionalInt.empty(), OptionalInt.empty());

    private LogFormat format = LogFormat.JSON;
    private final LineFormatter formatter = new LineFormatter(() -> format, NONE);

    private static ExtLogRecord line(Level level, String text, Object... parameters) {
        ExtLogRecord line = new ExtLogRecord(level, text, ExtLogRecord.FormatStyle.PRINTF, "fqcn");
        line.setLoggerName("io.example");
        line.setParameters(parameters);
        return line;
    }

    private static ExtLogRecord line(Entry entry) {
        return line(Level.INFO, "%s", entry);
    }

    @Test
    void anEntryIsItsObjectAndKnowsNoLogger() {
        Entry entry = Entry.of(dev.prefork.log.Level.INFO, EventName.MANAGEMENT_READY, "100% ready")
                .with(Key.PORT, 9000);

        String json = formatter.format(line(entry));

        assertThat(json).endsWith("\"event\":\"management-ready\",\"port\":9000,\"message\":\"100% ready\"}\n");
        assertThat(new JsonObject(json).fieldNames()).startsWith("time", "level", "event");
    }

    @Test
    void aLineOfALibraryNamesItsLoggerAndItsThread() {
        JsonObject json = new JsonObject(formatter.format(line(Level.WARNING, "%s of %s", 1, "2")));

        assertThat(json.fieldNames()).containsExactly("time", "level", "event", "message", "logger", "thread");
        assertThat(json.getString("level")).isEqualTo("WARN");
        assertThat(json.getString("event")).isEqualTo("log");
        assertThat(json.getString("message")).isEqualTo("1 of 2");
        assertThat(json.getString("logger")).isEqualTo("io.example");
    }

    @Test
    void aStackTraceIsOneBoundedText() {
        ExtLogRecord line = line(Level.SEVERE, "failed");
        line.setThrown(deep(2000));

        String json = formatter.format(line);

        assertThat(json.indexOf('\n')).isEqualTo(json.length() - 1);
        assertThat(new JsonObject(json).getString("stack"))
                .startsWith("java.lang.IllegalStateException: deep\n")
                .hasSize(16 * 1024 + 1)
                .endsWith("…");
    }

    private static Throwable deep(int depth) {
        return depth == 0 ? new IllegalStateException("deep") : deep(depth - 1);
    }

    @Test
    void aShortStackTraceIsWhole() {
        ExtLogRecord line = line(Level.SEVERE, "failed");
        line.setThrown(new IllegalStateException("shallow"));

        assertThat(new JsonObject(formatter.format(line)).getString("stack")).contains("shallow", "LineFormatterTest");
    }

    @Test
    void levelsHaveOneNameEach() {
        assertThat(level(Level.SEVERE)).isEqualTo("ERROR");
        assertThat(level(org.jboss.logmanager.Level.FATAL)).isEqualTo("ERROR");
        assertThat(level(org.jboss.logmanager.Level.WARN)).isEqualTo("WARN");
        assertThat(level(Level.INFO)).isEqualTo("INFO");
        assertThat(level(Level.FINE)).isEqualTo("DEBUG");
        assertThat(level(Level.FINEST)).isEqualTo("TRACE");
    }

    private String level(Level level) {
        return new JsonObject(formatter.format(line(level, "x"))).getString("level");
    }

    @Test
    void aWorkersLinesSayWhose() {
        Entry.Worker worker = new Entry.Worker(OptionalInt.of(2), OptionalInt.of(4711));
        LineFormatter ofWorker = new LineFormatter(() -> LogFormat.JSON, worker);

        JsonObject json = new JsonObject(ofWorker.format(line(Level.INFO, "serving")));

        assertThat(json.getInteger("slot")).isEqualTo(2);
        assertThat(json.getInteger("pid")).isEqualTo(4711);
    }

    @Test
    void theFormatIsThatOfTheMoment() {
        ExtLogRecord line = line(Entry.of(dev.prefork.log.Level.WARN, EventName.SIGNAL_IGNORED, "SIGUSR1 is ignored"));
        assertThat(formatter.format(line)).startsWith("{");

        format = LogFormat.TEXT;

        assertThat(formatter.format(line))
                .matches(
                        "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d) INFO  SIGUSR1 is ignored\n");
    }
}
