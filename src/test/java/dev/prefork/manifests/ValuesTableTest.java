package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The chart's README has the values as values.yaml has them; with {@code -Dvalues.table=write} it is written anew. */
class ValuesTableTest {
    private static final Path README = Chart.DIRECTORY.resolve("README.md");
    private static final String HEADING = "## All values\n\n";

    @Test
    void theReadmeHasEveryValue() throws IOException {
        String readme = Files.readString(README);
        int table = readme.indexOf(HEADING) + HEADING.length();
        String renewed = readme.substring(0, table)
                + ValuesTable.of(
                        Files.readString(Chart.DIRECTORY.resolve("values.yaml")),
                        Manifests.read(Files.readString(Chart.DIRECTORY.resolve("values.schema.json"))));

        assertThat(readme).contains(HEADING);
        if ("write".equals(System.getProperty("values.table"))) {
            Files.writeString(README, renewed);
        }
        assertThat(Files.readString(README))
                .as("run: ./mvnw -q test -Dtest=ValuesTableTest -Dvalues.table=write")
                .isEqualTo(renewed);
    }

    @Test
    void aRowHasTheDefaultAndAllOfTheWords() {
        assertThat(table("""
                # Of the whole file.

                # How many;
                # at least one.
                workers: 2
                # Either | or.
                mode: ""
                """)).isEqualTo(ValuesTable.HEAD + """
                | `workers` | `2` | How many; at least one. |
                | `mode` | `""` | Either \\| or. |
                """);
    }

    @Test
    void aGroupHasNoDefaultAndWhatHasNoWordsBelowItIsOneValue() {
        assertThat(table("""
                # For TLS.
                tls:
                  # Whether.
                  enabled: false
                # Two of them.
                plain:
                  port: 1
                  inner:
                    # Its name.
                    name: null
                # As in a pod.
                resources:
                  limits:
                    cpu: 1
                  requests: {}
                # By which it is found.
                labels:
                  # Chosen.
                  a/b: c
                """)).isEqualTo(ValuesTable.HEAD + """
                | `tls` |  | For TLS. |
                | `tls.enabled` | `false` | Whether. |
                | `plain` |  | Two of them. |
                | `plain.inner.name` | `null` | Its name. |
                | `resources` | `{"limits":{"cpu":1},"requests":{}}` | As in a pod. |
                | `labels` | `{"a/b":"c"}` | By which it is found. |
                """);
    }

    private static String table(String values) {
        JsonNode schema = Manifests.read("""
                properties:
                  workers: {}
                  mode: {}
                  tls: {properties: {enabled: {}}}
                  plain: {properties: {port: {}, inner: {properties: {name: {}}}}}
                  resources: {properties: {limits: {}, requests: {}}}
                  labels: {}
                """);
        return ValuesTable.of(values, schema);
    }
}
