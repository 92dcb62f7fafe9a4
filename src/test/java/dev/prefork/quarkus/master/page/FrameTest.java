package dev.prefork.quarkus.master.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.log.Entry;
import dev.prefork.log.EntryJson;
import dev.prefork.log.EventName;
import dev.prefork.log.Key;
import dev.prefork.log.Level;
import dev.prefork.log.RecentEntries;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameTest {
    private static Frame after(Frame before, String document) {
        return before.after(document.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"time\":\"a\",\"x\":1}|{\"time\":\"b\",\"x\":1}",
                "{\"x\":1,\"uptime_seconds\":1.5}|{\"x\":1,\"uptime_seconds\":2}",
                "{\"s\":[{\"ready_seconds\":1,\"ready_since\":\"a\"}]}|{\"s\":[{\"ready_seconds\":2,\"ready_since\":\"b\"}]}",
                "{\"loop_lag_seconds\":1.0E-5}|{\"loop_lag_seconds\":0.1}",
            })
    void whatChangesWithTimeAloneMakesNoNewOne(String first, String second) {
        Frame one = after(Frame.NONE, first);
        assertThat(one.number()).isOne();
        assertThat(after(one, second)).isSameAs(one);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"state\":\"serving\"}|{\"state\":\"draining\"}",
                "{\"stalled_seconds\":1}|{\"stalled_seconds\":2}",
                // A worker may write what it wants.
                "{\"status\":\"\\\"time\\\":1\"}|{\"status\":\"\\\"time\\\":2\"}",
            })
    void anythingElseDoes(String first, String second) {
        Frame one = after(Frame.NONE, first);
        Frame two = after(one, second);
        assertThat(two.number()).isEqualTo(2);
        assertThat(two.event().toString()).isEqualTo("event: status\ndata: " + second + "\n\n");
    }

    @Test
    void anEntryIsTheObjectOfTheLogWithItsNumber() {
        Entry entry = Entry.ofWorker(2, 4711, Level.WARN, EventName.WORKER_EXITED, "exited unexpectedly: exit code 7")
                .with(Key.EXIT_CODE, 7);
        Instant time = Instant.parse("2026-12-01T09:30:00.250Z");
        assertThat(Frame.of(new RecentEntries.Numbered(12, time, entry)))
                .isEqualTo("event: log\nid: 12\ndata: {\"sequence\":12,"
                        + EntryJson.of(time, entry).substring(1) + "\n\n");
    }

    @Test
    void aTextCannotEndTheEvent() {
        Entry entry = Entry.of(Level.INFO, EventName.LOG, "a\r\n\n\rdata: b\u2028c\u0000");
        String event = Frame.of(new RecentEntries.Numbered(1, Instant.EPOCH, entry));
        assertThat(event.lines()).hasSize(4);
        assertThat(event).doesNotContain("\r", "\u2028", "\u0000");
    }
}
