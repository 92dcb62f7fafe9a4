package dev.prefork.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.monitoring.MetricNames;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of the master's metrics has each of them, and documents name no other. */
class MetricsDocTest {
    /** Not the beginning of several, such as {@code prefork_master_jvm_*}. */
    private static final Pattern NAME = Pattern.compile("\\b(prefork_[a-z_]*[a-z])(?![\\w*])");

    private static List<List<String>> rows() {
        List<List<String>> rows = Document.read("docs/METRICS.md").rowsBelow("## The master's metrics");
        return rows.subList(1, rows.size());
    }

    private static List<String> names(List<String> row) {
        return Document.spans(row.get(0)).stream()
                .map(span -> span.replaceFirst("\\{.*", ""))
                .toList();
    }

    static List<Document> documents() {
        return Document.all();
    }

    @Test
    void everyMetricHasItsRowAndNoOtherIsThere() {
        assertThat(rows().stream().flatMap(row -> names(row).stream()))
                .containsExactlyInAnyOrderElementsOf(MetricNames.KNOWN);
    }

    @Test
    void whatIsCalledTotalIsACounterAndNothingElseIs() {
        assertThat(rows()).allSatisfy(row -> assertThat(names(row))
                .allSatisfy(name ->
                        assertThat(row.get(1).equals("counter")).as(name).isEqualTo(name.endsWith("_total"))));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void noDocumentNamesAnother(Document document) {
        assertThat(Document.found(NAME, document.text())).isSubsetOf(MetricNames.KNOWN);
    }
}
