package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Neither Helm nor kustomize takes files from outside its own directory: alerts and dashboard are copied into it. */
class CopiesTest {
    private static final Path MONITORING = Path.of("k8s/monitoring");

    @Test
    void theChartHasTheAlertsAndTheDashboardAsTheyAre() {
        assertCopied("prefork-rules.yaml", "files");
        assertCopied("prefork-dashboard.json", "dashboards");
    }

    @Test
    void kustomizeHasTheAlertsAsTheyAre() throws IOException {
        Path copy = Overlay.TOP.resolve("components/monitoring/prometheusrule.yaml");
        String indented = Files.readString(MONITORING.resolve("prefork-rules.yaml"))
                .lines()
                .map(line -> line.isEmpty() ? line : "  " + line)
                .collect(Collectors.joining("\n", "\nspec:\n", "\n"));

        assertThat(Files.readString(copy))
                .as("run: sed -i '/^spec:/q' %s && sed 's/^./  &/' %s/prefork-rules.yaml >> %s", copy, MONITORING, copy)
                .endsWith(indented);
    }

    @Test
    void whatHelmMakesOfThemIsWhatTheySay() throws IOException {
        Manifests all = Chart.ofExamples().manifests().get("everything");
        JsonNode rules = Manifests.read(Files.readString(MONITORING.resolve("prefork-rules.yaml")));
        JsonNode dashboard = Manifests.read(Files.readString(MONITORING.resolve("prefork-dashboard.json")));

        assertThat(all.the("PrometheusRule").path("spec")).isEqualTo(rules);
        assertThat(Manifests.read(all.all("ConfigMap").stream()
                        .filter(object -> Manifests.name(object).endsWith("-dashboard"))
                        .findFirst()
                        .orElseThrow()
                        .at("/data")
                        .path("prefork-dashboard.json")
                        .asText()))
                .isEqualTo(dashboard);
    }

    private static void assertCopied(String name, String directory) {
        Path copy = Chart.DIRECTORY.resolve(directory).resolve(name);
        assertThat(copy)
                .as("run: cp %s %s", MONITORING.resolve(name), copy)
                .hasSameTextualContentAs(MONITORING.resolve(name));
    }
}
