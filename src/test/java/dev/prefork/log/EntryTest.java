package dev.prefork.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EntryTest {
    @Test
    void beginsWithTheWorkerThatItIsAbout() {
        Entry entry = Entry.ofWorker(2, 4711, Level.INFO, EventName.WORKER_READY, "ready after 0.20 s");

        assertThat(entry.text()).isEqualTo("worker 2 (pid 4711) ready after 0.20 s");
        assertThat(entry.slot()).hasValue(2);
        assertThat(entry.pid()).hasValue(4711);
        assertThat(entry).hasToString(entry.text());
    }

    @Test
    void mayKnowTheSlotAlone() {
        Entry entry = Entry.ofSlot(3, Level.WARN, EventName.WORKER_START_FAILED, "could not be started");

        assertThat(entry.text()).isEqualTo("worker 3 could not be started");
        assertThat(entry.slot()).hasValue(3);
        assertThat(entry.pid()).isEmpty();
    }

    @Test
    void isAboutNoWorkerUnlessItSaysSo() {
        Entry entry = Entry.of(Level.INFO, EventName.SIZING, "2 workers");

        assertThat(entry.slot()).isEmpty();
        assertThat(entry.pid()).isEmpty();
        assertThat(entry.facts()).isEmpty();
    }

    @Test
    void hasItsFactsInOneOrderHoweverTheyCame() {
        Entry bare = Entry.ofWorker(0, 7, Level.WARN, EventName.WORKER_EXITED, "exited");

        Entry one = bare.with(Key.PLANNED, false).with(Key.CAUSE, "exit").with(Key.EXIT_CODE, 3);
        Entry other = bare.with(Key.EXIT_CODE, 3).with(Key.CAUSE, "exit").with(Key.PLANNED, false);

        assertThat(one.facts())
                .containsExactly(Map.entry("cause", "exit"), Map.entry("exit_code", 3), Map.entry("planned", false));
        assertThat(other.facts().keySet()).containsExactlyElementsOf(one.facts().keySet());
        assertThat(bare.facts()).isEmpty();
    }

    @Test
    void takesNoFactThatItsEventDoesNotList() {
        Entry entry = Entry.of(Level.INFO, EventName.SIZING, "2 workers");

        assertThatThrownBy(() -> entry.with(Key.PORT, 1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("PORT");
    }

    @Test
    void keepsNothingThatCanChange() {
        Map<String, Object> facts = new HashMap<>(Map.of("port", 9000));
        Entry entry = new Entry(Level.INFO, EventName.MANAGEMENT_READY, Entry.Worker.NONE, facts, "ready");
        facts.put("port", 1);

        assertThat(entry.facts()).containsExactly(Map.entry("port", 9000));
        assertThatThrownBy(() -> entry.facts().put("port", 2)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void namesAreWrittenAsLogCollectorsLikeThem() {
        assertThat(Arrays.stream(EventName.values()).map(EventName::text))
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[a-z]+(-[a-z]+)*"));
        assertThat(Arrays.stream(Key.values()).map(Key::text)).allMatch(name -> name.matches("[a-z]+(_[a-z]+)*"));
        assertThat(Arrays.stream(Key.values()).allMatch(key -> Key.of(key.text()) == key))
                .isTrue();
    }
}
