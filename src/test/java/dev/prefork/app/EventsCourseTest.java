package dev.prefork.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.control.Answer;
import dev.prefork.control.Request;
import dev.prefork.json.Json;
import dev.prefork.log.Entry;
import dev.prefork.log.EntryJson;
import dev.prefork.log.EventName;
import dev.prefork.log.Key;
import dev.prefork.log.Level;
import dev.prefork.log.RecentEntries;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventsCourseTest {
    private final RecentEntries recent = new RecentEntries();

    private void happens(int pid) {
        recent.add(Entry.ofWorker(2, pid, Level.INFO, EventName.WORKER_READY, "ready after 0.01 s"));
    }

    private static Map<?, ?> only(List<Answer> answers) {
        assertThat(answers).hasSize(1);
        return (Map<?, ?>) Json.read(answers.get(0).body());
    }

    private static List<?> events(Map<?, ?> body) {
        return (List<?>) body.get("events");
    }

    @Test
    void thoseThatAreKeptAreToldAtOnce() {
        happens(7);
        happens(8);
        List<Answer> answers = new EventsCourse(recent, new Request.Events(0, false)).look();
        assertThat(answers.get(0).isLast()).isTrue();
        Map<?, ?> body = only(answers);
        assertThat(body.get("last")).isEqualTo(2L);
        Map<?, ?> first = (Map<?, ?>) events(body).get(0);
        assertThat(first.get("sequence")).isEqualTo(1L);
        assertThat(first.get("slot")).isEqualTo(2L);
        assertThat(first.get("pid")).isEqualTo(7L);
        assertThat(first.get("level")).isEqualTo("INFO");
        assertThat(first.get("event")).isEqualTo("worker-ready");
        assertThat(first.get("message")).isEqualTo("worker 2 (pid 7) ready after 0.01 s");
        // As in the log: a nanosecond says nothing.
        assertThat((String) first.get("time")).matches("[^.]*\\.[0-9]{3}(Z|[+-][0-9:]{5})");
    }

    @Test
    void eachIsTheObjectOfTheLogWithItsNumber() {
        recent.add(Entry.ofWorker(2, 7, Level.WARN, EventName.WORKER_EXITED, "exited: \"\u0001\"")
                .with(Key.PLANNED, false)
                .with(Key.SECONDS, 0.25));
        RecentEntries.Numbered kept = recent.since(0).get(0);
        assertThat(new EventsCourse(recent, new Request.Events(0, false)).look())
                .containsExactly(new Answer(
                        Answer.Kind.DONE,
                        "{\"events\":[{\"sequence\":1,"
                                + EntryJson.of(kept.time(), kept.entry()).substring(1) + "],\"last\":1}"));
    }

    @Test
    void aFollowerIsToldOfNewOnesOnceAndFirstThatThereAreNone() {
        happens(7);
        EventsCourse course = new EventsCourse(recent, new Request.Events(-1, true));
        List<Answer> first = course.look();
        assertThat(first.get(0).isLast()).isFalse();
        assertThat(events(only(first))).isEmpty();
        assertThat(course.look()).isEmpty();

        happens(8);
        happens(9);
        assertThat(events(only(course.look()))).hasSize(2);
        assertThat(course.look()).isEmpty();
    }

    @Test
    void oneThatWasTooSlowIsToldHowManyItHasMissed() {
        EventsCourse course = new EventsCourse(recent, new Request.Events(0, true));
        happens(1);
        course.look();
        for (int pid = 2; pid <= 1001; pid++) {
            happens(pid);
        }
        Map<?, ?> body = only(course.look());
        int kept = events(body).size();
        assertThat(body.get("missed")).isEqualTo(1000L - kept);
        assertThat(body.get("last")).isEqualTo(1001L);
    }
}
