package dev.prefork.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.log.EventName;
import dev.prefork.log.Key;
import dev.prefork.log.Level;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The document has each name of an event and each key, in the order of the code, and no other. */
class EventsDocTest {
    private static final Document EVENTS = Document.read("docs/EVENTS.md");

    private static List<List<String>> rowsBelow(String heading) {
        List<List<String>> rows = EVENTS.rowsBelow(heading);
        return rows.subList(1, rows.size());
    }

    private static String name(List<String> row) {
        return Document.spans(row.get(0)).get(0);
    }

    @Test
    void everyEventHasItsRowAndNoOtherIsThere() {
        assertThat(rowsBelow("## Names").stream().map(EventsDocTest::name))
                .containsExactlyElementsOf(
                        Arrays.stream(EventName.values()).map(EventName::text).toList());
    }

    @Test
    void everyRowHasTheLevelsAndTheKeysOfItsEvent() {
        List<List<String>> rows = rowsBelow("## Names");

        for (EventName event : EventName.values()) {
            List<String> row = rows.get(event.ordinal());
            assertThat(row.get(1)).as(event.text()).isEqualTo(levels(event));
            assertThat(Document.spans(row.get(2)))
                    .as(event.text())
                    .containsExactlyElementsOf(
                            event.keys().stream().map(Key::text).toList());
            assertThat(row.get(3)).as(event.text()).isNotBlank();
        }
    }

    private static String levels(EventName event) {
        return Stream.of(Level.values())
                .filter(event.levels()::contains)
                .map(Level::name)
                .collect(Collectors.joining(", "));
    }

    @Test
    void keysAreListedInTheOrderInWhichTheyAreWritten() {
        assertThat(rowsBelow("## Keys").stream().map(EventsDocTest::name))
                .containsExactlyElementsOf(
                        Arrays.stream(Key.values()).map(Key::text).toList());
        assertThat(EventName.values())
                .allSatisfy(event -> assertThat(event.keys()).as(event.text()).isSorted());
    }
}
