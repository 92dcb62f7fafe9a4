package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A ServiceMonitor, and the Service without which it would find nothing. */
class ScrapingTest {
    @ParameterizedTest
    @MethodSource("dev.prefork.manifests.ManifestsTest#sources")
    void aServiceMonitorFindsTheServiceForMetricsAndNoOther(ManifestsTest.Source source) {
        Manifests manifests = source.get();

        assertThat(manifests.all("ServiceMonitor")).allSatisfy(monitor -> {
            List<JsonNode> found = manifests.all("Service").stream()
                    .filter(service -> matches(monitor.at("/spec/selector/matchLabels"), service))
                    .toList();
            assertThat(found).hasSize(1).doesNotContain(manifests.service());
            assertThat(found.get(0).at("/spec/clusterIP").asText()).isEqualTo("None");
            assertThat(found.get(0).at("/spec/ports/0/name").asText())
                    .isEqualTo(found.get(0).at("/spec/ports/0/targetPort").asText())
                    .isEqualTo(monitor.at("/spec/endpoints/0/port").asText())
                    .isEqualTo("management");
            assertThat(manifests.all("PodMonitor")).isEmpty();
        });
        assertThat(manifests.all("Service"))
                .hasSize(1 + manifests.all("ServiceMonitor").size());
    }

    private static boolean matches(JsonNode selector, JsonNode service) {
        JsonNode labels = service.at("/metadata/labels");
        return selector.properties().stream().allMatch(label -> label.getValue().equals(labels.get(label.getKey())));
    }

    @Test
    void itsServiceHasAPortOfItsOwnAndANameThatIsShortEnough() {
        String values = "{fullnameOverride: " + "n".repeat(63) + ", managementPort: 9100,"
                + " commonLabels: {app.kubernetes.io/component: web},"
                + " monitoring: {serviceMonitor: {enabled: true, interval: 10s, labels: {release: prometheus}}}}";
        Manifests manifests = Chart.manifests(List.of(values)).get(values);
        JsonNode service = manifests.all("Service").stream()
                .filter(any -> !any.equals(manifests.service()))
                .findFirst()
                .orElseThrow();

        assertThat(Manifests.name(service)).isEqualTo("n".repeat(55) + "-metrics");
        assertThat(service.at("/spec/ports/0/port").asInt()).isEqualTo(9100);
        assertThat(service.at("/metadata/labels").path("app.kubernetes.io/component"))
                .isEqualTo(Manifests.read("metrics"));
        assertThat(manifests
                        .the("ServiceMonitor")
                        .at("/metadata/labels/release")
                        .asText())
                .isEqualTo("prometheus");
        assertThat(manifests
                        .the("ServiceMonitor")
                        .at("/spec/endpoints/0/interval")
                        .asText())
                .isEqualTo("10s");
    }
}
