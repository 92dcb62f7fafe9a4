package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrictModelsTest {
    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: shop, labels: {a: "1"}}
            spec:
              selector: {matchLabels: {a: "1"}}
              template:
                metadata: {labels: {a: "1"}}
                spec:
                  containers:
                    - name: shop
                      env: [{name: A, value: "1"}]
                      livenessProbe: {httpGet: {path: /, port: http}}
            """;

    private static final String POD_MONITOR = """
            apiVersion: monitoring.coreos.com/v1
            kind: PodMonitor
            metadata: {name: shop}
            spec:
              selector: {matchLabels: {a: "1"}}
              podMetricsEndpoints:
                - port: management
                  path: /q/metrics
            """;

    private static final String ROUTE = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop}
            spec:
              parentRefs: [{name: public}]
              hostnames: [shop.example.com]
              rules:
                - matches: [{path: {type: PathPrefix, value: /}}]
                  filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]
                  backendRefs: [{name: shop, port: 80}]
                  timeouts: {request: 30s}
            """;

    @Test
    void takeWhatIsRight() {
        assertThat(StrictModels.refusal(Manifests.read(ROUTE))).isEmpty();
        assertThat(StrictModels.refusal(Manifests.read(DEPLOYMENT))).isEmpty();
        assertThat(StrictModels.refusal(Manifests.read(POD_MONITOR))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "livenessProbe: | livenesProbe: | livenesProbe",
                "path: / | pathh: / | pathh",
                "- name: shop | - image: shop | name",
                "selector: {matchLabels: {a: \"1\"}} | replicas: 1 | selector",
                "value: \"1\" | value: 1 | not a text: 1",
                "{labels: {a: \"1\"}} | {labels: {a: true}} | not a text: true",
                "kind: Deployment | kind: Deploymint | Deploymint",
            })
    void refuseWhatKubernetesWould(String right, String wrong, String problem) {
        refuses(DEPLOYMENT, right, wrong, problem);
    }

    @ParameterizedTest
    @CsvSource({
        "podMetricsEndpoints, podMetricsEndpoint",
        "matchLabels, matchLabel",
        "path, pathh",
        "selector, selektor"
    })
    void refuseWhatTheOperatorWould(String right, String wrong) {
        refuses(POD_MONITOR, right, wrong, wrong);
    }

    @ParameterizedTest
    @CsvSource({
        "parentRefs, parentRef",
        "hostnames, hosts",
        "backendRefs, backendRef",
        "requestRedirect:, redirect:",
        "timeouts, timeout",
        "port: 80, port: http"
    })
    void refuseWhatAGatewayWould(String right, String wrong) {
        refuses(ROUTE, right, wrong, wrong.replaceAll(".* |:$", ""));
    }

    @Test
    void refuseWhatKedaWould() {
        String scaled = """
                apiVersion: keda.sh/v1alpha1
                kind: ScaledObject
                metadata: {name: shop}
                spec: {scaleTargetRef: {name: shop}, triggers: []}
                """;

        assertThat(StrictModels.refusal(Manifests.read(scaled))).isEmpty();
        refuses(scaled, "triggers", "trigger", "ScaledObject shop: /spec/triggers is missing");
    }

    private static void refuses(String manifest, String right, String wrong, String problem) {
        assertThat(manifest).contains(right);

        assertThat(StrictModels.refusal(Manifests.read(manifest.replace(right, wrong))))
                .hasValueSatisfying(why -> assertThat(why).contains(problem));
    }
}
