package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.prefork.monitoring.MetricNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scaling by KEDA on what Prometheus knows of the pods. */
class ScalingTest {
    private static final Pattern QUERY = Pattern.compile("avg\\((\\w+)\\{namespace=\"shop\",pod=~\"([^\"]+)\"}\\)");

    private static final String KEDA = "keda: {enabled: true, serverAddress: 'http://prometheus:9090'%s}";
    private static final String LONG_NAME = "n".repeat(60);

    @ParameterizedTest
    @MethodSource("dev.prefork.manifests.ManifestsTest#sources")
    void whatIsScaledIsTheDeploymentAndNothingElseSetsItsNumber(ManifestsTest.Source source) {
        Manifests manifests = source.get();
        JsonNode deployment = manifests.the("Deployment");

        assertThat(manifests.all("ScaledObject")).allSatisfy(scaled -> {
            assertThat(scaled.at("/spec/scaleTargetRef/name").asText()).isEqualTo(Manifests.name(deployment));
            assertThat(scaled.at("/spec/minReplicaCount").asInt()).isPositive();
            assertThat(deployment.at("/spec").has("replicas")).isFalse();
            assertThat(manifests.all("HorizontalPodAutoscaler")).isEmpty();
        });
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.manifests.ManifestsTest#sources")
    void prometheusIsAskedForTheSaturationOfThesePods(ManifestsTest.Source source) {
        Manifests manifests = source.get();

        assertThat(manifests.all("ScaledObject")).allSatisfy(scaled -> {
            JsonNode trigger = scaled.at("/spec/triggers/0");
            // KEDA divides anything else by the number of pods, which an average must not be.
            assertThat(trigger.path("metricType").asText()).isEqualTo("Value");
            // A Prometheus that is away must not stop pods.
            assertThat(trigger.at("/metadata/ignoreNullValues").asText()).isEqualTo("false");
            Matcher query = QUERY.matcher(trigger.at("/metadata/query").asText());
            assertThat(query.matches()).isTrue();
            assertThat(query.group(1)).isEqualTo("prefork_saturation_ratio").isIn(MetricNames.KNOWN);
            String name = Manifests.name(manifests.the("Deployment"));
            assertThat(name + "-5d4f8c7b9d-x2x7k").matches(query.group(2));
            assertThat(name + "-canary-5d4f8c7b9d-x2x7k").doesNotMatch(query.group(2));
        });
    }

    @Test
    void theGuideAsksTheSame() throws IOException {
        assertThat(Files.readString(Path.of("docs/METRICS.md")))
                .contains("metricType: Value")
                .contains("query: avg(prefork_saturation_ratio{namespace=\"shop\",pod=~\"shop-[a-z0-9]+-[a-z0-9]+\"})")
                .contains("ignoreNullValues: \"false\"");
    }

    @Test
    void aQueryABehaviorAndTriggersOfOnesOwnAreTaken() {
        String values = KEDA.formatted("""
                , query: 'max(up{pod=~"{{ .Release.Name }}.*"})', targetSaturation: '3', pollingInterval: 15,
                authenticationRef: {name: prometheus, kind: ClusterTriggerAuthentication},
                behavior: {scaleDown: {stabilizationWindowSeconds: 600}},
                additionalTriggers: [{type: cpu, metricType: Utilization, metadata: {value: '80'}}]
                """);
        JsonNode spec =
                Chart.manifests(List.of(values)).get(values).the("ScaledObject").path("spec");

        assertThat(spec.at("/triggers/0/metadata/query").asText()).isEqualTo("max(up{pod=~\"prefork.*\"})");
        assertThat(spec.at("/triggers/0/metadata/threshold").asText()).isEqualTo("3");
        assertThat(spec.at("/triggers/0/authenticationRef"))
                .isEqualTo(Manifests.read("{name: prometheus, kind: ClusterTriggerAuthentication}"));
        assertThat(spec.at("/triggers/1/type").asText()).isEqualTo("cpu");
        assertThat(spec.path("pollingInterval").asInt()).isEqualTo(15);
        assertThat(spec.at("/advanced/horizontalPodAutoscalerConfig/behavior/scaleDown/stabilizationWindowSeconds")
                        .asInt())
                .isEqualTo(600);
    }

    /** A pod's name has 63 characters: what comes before the last five of them is cut. */
    @Test
    void podsWithALongNameAreFoundByWhatIsLeftOfIt() {
        String values = "{fullnameOverride: " + LONG_NAME + ", " + KEDA.formatted("") + "}";
        Map<String, Manifests> manifests = Chart.manifests(List.of(values));
        JsonNode trigger = manifests.get(values).the("ScaledObject").at("/spec/triggers/0");
        Matcher query = QUERY.matcher(trigger.at("/metadata/query").asText());

        assertThat(query.matches()).isTrue();
        assertThat((LONG_NAME + "-5d4f8c7b9d").substring(0, 58) + "x2x7k").matches(query.group(2));
    }
}
