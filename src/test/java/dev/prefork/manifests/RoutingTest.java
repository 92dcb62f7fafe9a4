package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ways into the cluster: an Ingress, and a route of a Gateway. */
class RoutingTest {
    private static final String INGRESS = "ingress: {enabled: true}";
    private static final String HOSTS =
            "ingress: {enabled: true, hosts: [{host: a.example.com}, {paths: [{path: /b}]}]}";
    private static final String TLS =
            "{tls: {enabled: true, secretName: x}, ingress: {enabled: true, servicePort: https}}";
    private static final String ROUTE = "httpRoute: {enabled: true, parentRefs: [{name: public}]}";
    private static final String PORT = "{service: {port: 8080}, " + ROUTE + "}";
    private static final String RULES = """
            httpRoute:
              enabled: true
              parentRefs: [{name: public}]
              rules:
                - matches: [{path: {type: PathPrefix, value: /api}}]
                - filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]
                - filters: [{type: RequestHeaderModifier, requestHeaderModifier: {remove: [x]}}]
                - backendRefs: [{name: other, port: 81}]
            """;

    private static final Map<String, Manifests> RENDERED =
            Chart.manifests(List.of(INGRESS, HOSTS, TLS, ROUTE, PORT, RULES));

    @ParameterizedTest
    @MethodSource("dev.prefork.manifests.ManifestsTest#sources")
    void everyRouteLeadsToAPortOfTheService(ManifestsTest.Source source) {
        Manifests manifests = source.get();
        JsonNode service = manifests.service();
        List<String> names = texts(service.at("/spec/ports"), "name");
        List<String> numbers = texts(service.at("/spec/ports"), "port");

        assertThat(manifests.all("Ingress")).allSatisfy(ingress -> assertThat(ingress.findValues("backend"))
                .isNotEmpty()
                .allSatisfy(backend -> {
                    assertThat(backend.at("/service/name").asText()).isEqualTo(Manifests.name(service));
                    assertThat(backend.at("/service/port/name").asText()).isIn(names);
                }));
        assertThat(manifests.all("HTTPRoute")).allSatisfy(route -> assertThat(backends(route)
                        .filter(backend -> backend.path("name").asText().equals(Manifests.name(service)))
                        .map(backend -> backend.path("port").asText()))
                .isNotEmpty()
                .isSubsetOf(numbers));
    }

    private static List<String> texts(JsonNode list, String field) {
        return Manifests.elements(list)
                .map(element -> element.path(field).asText())
                .toList();
    }

    private static Stream<JsonNode> backends(JsonNode route) {
        return route.findValues("backendRefs").stream().flatMap(Manifests::elements);
    }

    @Test
    void anIngressLeadsEverythingToTheServiceUnlessHostsOrPathsAreNamed() {
        assertThat(rules(INGRESS, "Ingress")).isEqualTo(Manifests.read("[%s]".formatted(rule("/"))));
        assertThat(RENDERED.get(INGRESS).the("Ingress").path("spec").has("ingressClassName"))
                .isFalse();
        assertThat(rules(HOSTS, "Ingress"))
                .isEqualTo(Manifests.read(
                        "[%s, %s]".formatted(rule("/").replaceFirst("}$", ", host: a.example.com}"), rule("/b"))));
    }

    private static String rule(String path) {
        return ("{http: {paths: [{path: %s, pathType: Prefix,"
                        + " backend: {service: {name: prefork, port: {name: http}}}}]}}")
                .formatted(path);
    }

    @Test
    void anIngressMayLeadToTheTlsPort() {
        assertThat(rules(TLS, "Ingress")
                        .at("/0/http/paths/0/backend/service/port/name")
                        .asText())
                .isEqualTo("https");
    }

    @Test
    void aRouteLeadsEverythingToTheServicesPort() {
        assertThat(rules(ROUTE, "HTTPRoute")).isEqualTo(Manifests.read("[{backendRefs: [{name: prefork, port: 80}]}]"));
        assertThat(rules(PORT, "HTTPRoute"))
                .isEqualTo(Manifests.read("[{backendRefs: [{name: prefork, port: 8080}]}]"));
    }

    @Test
    void aRuleWithoutBackendLeadsToTheServiceUnlessItRedirects() {
        JsonNode service = Manifests.read("[{name: prefork, port: 80}]");
        JsonNode rules = rules(RULES, "HTTPRoute");

        assertThat(rules).hasSize(4);
        assertThat(rules.at("/0/backendRefs")).isEqualTo(service);
        assertThat(rules.at("/0/matches/0/path/value").asText()).isEqualTo("/api");
        assertThat(rules.get(1).has("backendRefs")).isFalse();
        assertThat(rules.at("/2/backendRefs")).isEqualTo(service);
        assertThat(rules.at("/3/backendRefs")).isEqualTo(Manifests.read("[{name: other, port: 81}]"));
    }

    @Test
    void theNotesNameTheHosts() {
        Map<String, String> notes = Chart.ofExamples().notes();

        assertThat(notes.get("ingress"))
                .contains("\n  https://shop.example.com/\n  kubectl -n shop get ingress prefork")
                .doesNotContain("httproute", "get service", "scaledobject");
        assertThat(notes.get("gateway"))
                .contains(
                        "accepted the route, for shop.example.com:\n  kubectl -n shop describe httproute shop-prefork")
                .contains("kubectl -n shop describe scaledobject shop-prefork");
        assertThat(notes.get("everything"))
                .contains("\n  https://prefork.example.com/api\n  https://*.shop.example.com/\n")
                .contains("kubectl -n shop get service shop-front -o jsonpath=");
        assertThat(notes.get(Chart.DEFAULTS)).doesNotContain("ingress", "httproute", "get service", "scaledobject");
    }

    private static JsonNode rules(String values, String kind) {
        return RENDERED.get(values).the(kind).at("/spec/rules");
    }
}
