package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Values that are templates themselves, and what all objects have in common. */
class TemplatesInValuesTest {
    private final Manifests everything = Chart.ofExamples().manifests().get("everything");

    @Test
    void nothingIsLeftUnrendered() {
        // The dashboard has templates of Grafana's.
        assertThat(everything.objects())
                .filteredOn(object -> !Manifests.name(object).endsWith("-dashboard")
                        && !Manifests.kind(object).equals("PrometheusRule"))
                .hasSizeGreaterThan(10)
                .allSatisfy(object -> assertThat(object.toString()).doesNotContain("{{"));
    }

    @Test
    void variablesArgumentsAndHostsAreTemplates() {
        assertThat(variables())
                .containsEntry("RELEASE", "prefork")
                .containsEntry("PREFORK_ENV", "GREETING=hello from prefork, worker {slot}");
        assertThat(everything.container().path("args"))
                .isEqualTo(Manifests.read("[--metrics-gauge, '*_depth=last', --, node, server.js]"));
        assertThat(everything.the("Ingress").at("/spec/tls/0"))
                .isEqualTo(Manifests.read("{hosts: [prefork.example.com], secretName: prefork-edge}"));
        assertThat(everything.the("Ingress").at("/spec/ingressClassName").asText())
                .isEqualTo("shop-class");
        assertThat(everything.the("HTTPRoute").at("/spec/hostnames"))
                .isEqualTo(Manifests.read("[prefork.example.com]"));
    }

    private Map<String, String> variables() {
        return Manifests.elements(everything.container().path("env"))
                .collect(Collectors.toMap(variable -> variable.path("name").asText(), variable -> variable.path("value")
                        .asText()));
    }

    @Test
    void bracesThatAreMeantAsTheyAreCanBeWritten() {
        String values = "podAnnotations: {a: '{{ \"{{\" }} with secret \"db\" }}'}";
        Manifests manifests = Chart.manifests(List.of(values)).get(values);

        assertThat(manifests
                        .the("Deployment")
                        .at("/spec/template/metadata/annotations/a")
                        .asText())
                .isEqualTo("{{ with secret \"db\" }}");
    }

    @Test
    void furtherObjectsAreMapsOrTexts() {
        JsonNode map = everything.all("ConfigMap").stream()
                .filter(object -> Manifests.name(object).equals("prefork-extra"))
                .findFirst()
                .orElseThrow();

        assertThat(map.path("data")).isEqualTo(Manifests.read("{port: '8081'}"));
        assertThat(Manifests.name(everything.the("Secret"))).isEqualTo("shop-front-extra");
        assertThat(everything.the("Secret").path("stringData")).isEqualTo(Manifests.read("{key0: value, key1: value}"));
    }

    @Test
    void aFurtherContainerStandsBesideTheFirst() {
        assertThat(Manifests.elements(everything.podSpec().path("containers")))
                .extracting(container -> container.path("name").asText())
                .containsExactly("prefork", "exporter");
    }

    @Test
    void everyObjectHasItsOwnLabelsAndAnnotationsAndThoseOfAll() {
        List<JsonNode> ours = everything.objects().stream()
                .filter(object -> !Manifests.name(object).endsWith("-extra"))
                .toList();

        assertThat(ours).hasSize(13).allSatisfy(object -> {
            JsonNode annotations = object.at("/metadata/annotations");
            assertThat(annotations.path("example.com/owner").asText()).isEqualTo("front of shop");
            assertThat(annotations.has("example.com/note") || annotations.has("grafana_folder"))
                    .isTrue();
            JsonNode labels = object.at("/metadata/labels");
            assertThat(labels.path("team").asText()).isEqualTo("front");
            assertThat(labels.has("tier") || labels.has("release") || labels.has("dashboards"))
                    .isTrue();
        });
    }

    @Test
    void anAnnotationOfOneObjectOutweighsThatOfAllAndPodsHaveTheirOwn() {
        String values = "{commonAnnotations: {a: all, b: all}, service: {annotations: {a: one}},"
                + " podAnnotations: {kubectl.kubernetes.io/default-container: other}}";
        Manifests manifests = Chart.manifests(List.of(values)).get(values);

        assertThat(manifests.service().at("/metadata/annotations")).isEqualTo(Manifests.read("{a: one, b: all}"));
        assertThat(manifests.the("Deployment").at("/metadata/annotations"))
                .isEqualTo(Manifests.read("{a: all, b: all}"));
        assertThat(manifests.the("Deployment").at("/spec/template/metadata/annotations"))
                .isEqualTo(Manifests.read("{kubectl.kubernetes.io/default-container: other}"));
    }

    @Test
    void byDefaultThereAreAccountServiceDeploymentAndTest() {
        assertThat(Chart.ofExamples().manifests().get(Chart.DEFAULTS).objects())
                .extracting(Manifests::kind)
                .containsExactlyInAnyOrder("ServiceAccount", "Service", "Deployment", "Pod");
    }
}
