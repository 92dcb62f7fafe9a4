package dev.prefork.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class EntryJsonTest {
    private static final Instant NOON = Instant.parse("2026-12-01T11:12:01.123456Z");

    @Test
    void keysHaveOneOrder() {
        Entry entry = Entry.ofWorker(2, 4711, Level.WARN, EventName.WORKER_EXITED, "exited unexpectedly")
                .with(Key.PLANNED, false)
                .with(Key.CAUSE, "exit");

        assertThat(EntryJson.of(NOON, entry))
                .isEqualTo("{\"time\":\"" + LineTime.text(NOON) + "\",\"level\":\"WARN\",\"event\":\"worker-exited\","
                        + "\"slot\":2,\"pid\":4711,\"cause\":\"exit\",\"planned\":false,"
                        + "\"message\":\"worker 2 (pid 4711) exited unexpectedly\"}");
    }

    @Test
    void whatIsAboutNoWorkerNamesNone() {
        assertThat(EntryJson.of(NOON, Entry.of(Level.INFO, EventName.SIZING, "2 workers")))
                .endsWith("\"level\":\"INFO\",\"event\":\"sizing\",\"message\":\"2 workers\"}");
    }

    @Test
    void timeHasMillisecondsAndTheOffsetOfItsZone() {
        assertThat(LineTime.text(NOON, ZoneOffset.UTC)).isEqualTo("2026-12-01T11:12:01.123Z");
        assertThat(LineTime.text(NOON, ZoneId.of("Europe/Berlin"))).isEqualTo("2026-12-01T12:12:01.123+01:00");
        assertThat(LineTime.text(NOON, ZoneId.of("Asia/Kolkata"))).isEqualTo("2026-12-01T16:42:01.123+05:30");
        assertThat(LineTime.text(NOON)).isEqualTo(LineTime.text(NOON, ZoneId.systemDefault()));
    }

    @Test
    void valuesOfTheOptionsAreReadAsTheyAreWritten() {
        for (LogFormat format : LogFormat.values()) {
            assertThat(LogFormat.parse(format.toString())).isEqualTo(format);
        }
        for (WhenFull what : WhenFull.values()) {
            assertThat(WhenFull.parse(what.toString())).isEqualTo(what);
        }
        assertThatThrownBy(() -> LogFormat.parse("JSON")).hasMessage("not a format; give text or json");
        assertThatThrownBy(() -> WhenFull.parse("wait")).hasMessage("neither of the two; give block or drop");
    }
}
