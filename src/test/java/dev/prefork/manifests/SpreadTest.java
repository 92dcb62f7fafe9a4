package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pods are spread over nodes and zones, and never left unscheduled for it unless that is asked for. */
class SpreadTest {
    private static final String NONE = "topologySpreadConstraints: []";
    private static final String OWN = """
            topologySpreadConstraints:
              - {maxSkew: 2, topologyKey: rack, whenUnsatisfiable: DoNotSchedule, minDomains: 2}
              - maxSkew: 1
                topologyKey: kubernetes.io/hostname
                whenUnsatisfiable: ScheduleAnyway
                labelSelector: {matchLabels: {app: "{{ .Release.Name }}"}}
            """;

    @ParameterizedTest
    @MethodSource("dev.prefork.manifests.ManifestsTest#sources")
    void aConstraintCountsThePodsOfTheDeployment(ManifestsTest.Source source) {
        Manifests manifests = source.get();
        JsonNode labels = manifests.the("Deployment").at("/spec/selector");

        assertThat(Manifests.elements(manifests.podSpec().path("topologySpreadConstraints"))
                        .filter(constraint -> constraint.has("matchLabelKeys")))
                .allSatisfy(constraint ->
                        assertThat(constraint.path("labelSelector")).isEqualTo(labels));
    }

    @Test
    void byDefaultEachVersionIsSpreadByItselfWherePossible() {
        JsonNode constraints =
                Chart.ofExamples().manifests().get(Chart.DEFAULTS).podSpec().path("topologySpreadConstraints");

        assertThat(Manifests.elements(constraints))
                .extracting(constraint -> constraint.path("topologyKey").asText())
                .containsExactly("kubernetes.io/hostname", "topology.kubernetes.io/zone");
        assertThat(Manifests.elements(constraints)).allSatisfy(constraint -> {
            assertThat(constraint.path("whenUnsatisfiable").asText()).isEqualTo("ScheduleAnyway");
            assertThat(constraint.path("matchLabelKeys")).isEqualTo(Manifests.read("[pod-template-hash]"));
        });
    }

    @Test
    void othersTakeTheirPlaceAndNoneIsNone() {
        Map<String, Manifests> rendered = Chart.manifests(List.of(NONE, OWN));
        JsonNode own = rendered.get(OWN).podSpec().path("topologySpreadConstraints");

        assertThat(rendered.get(NONE).podSpec().has("topologySpreadConstraints"))
                .isFalse();
        assertThat(own).hasSize(2);
        assertThat(own.at("/0/labelSelector"))
                .isEqualTo(rendered.get(OWN).the("Deployment").at("/spec/selector"));
        assertThat(own.at("/0/minDomains").asInt()).isEqualTo(2);
        assertThat(own.at("/1/labelSelector")).isEqualTo(Manifests.read("{matchLabels: {app: prefork}}"));
    }
}
