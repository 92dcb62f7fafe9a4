package dev.prefork.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainYamlTest {

    @Test
    void readsMapsListsScalarsAndLiterals() {
        PlainYaml read = PlainYaml.parse(String.join(
                "\n",
                "# a comment",
                "groups:",
                "  - name: \"a \\\"b\\\": c\"",
                "    rules:",
                "      - alert: A",
                "        expr: |",
                "          sum(x)",
                "          > 1",
                "        for: 5m",
                "",
                "      - alert: 'it''s B'",
                "none: []",
                "files:",
                "  - one.yaml",
                "  - two.yaml"));

        PlainYaml group = read.get("groups").items().get(0);
        List<PlainYaml> rules = group.get("rules").items();
        assertThat(group.get("name").text()).isEqualTo("a \"b\": c");
        assertThat(rules).hasSize(2);
        assertThat(rules.get(0).get("expr").text()).isEqualTo("sum(x)\n> 1\n");
        assertThat(rules.get(0).get("for").text()).isEqualTo("5m");
        assertThat(rules.get(1).get("alert").text()).isEqualTo("it's B");
        assertThat(read.get("none").items()).isEmpty();
        assertThat(read.get("files").items()).extracting(PlainYaml::text).containsExactly("one.yaml", "two.yaml");
        assertThat(read.get("else")).isEqualTo(read.get("none"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: {b: c}", "a: [b]", "a: >\n  b", "a: &x b", "a", "a: b\na: c", "  a: b\nc: d"})
    void refusesWhatItDoesNotUnderstand(String yaml) {
        assertThatThrownBy(() -> PlainYaml.parse(yaml)).isInstanceOf(IllegalArgumentException.class);
    }
}
