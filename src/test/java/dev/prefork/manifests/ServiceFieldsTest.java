package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is set of the Service arrives there, and what is not stays the cluster's to decide. */
class ServiceFieldsTest {
    private static final List<String> OTHERWISE =
            List.of("type", "port", "tlsPort", "nodePorts", "labels", "annotations");

    @Test
    void everyFieldThatIsSetIsInTheService() {
        JsonNode values = Manifests.read(Chart.examples().get("everything")).path("service");
        ObjectNode fields = ((ObjectNode) values).deepCopy().remove(OTHERWISE);
        JsonNode spec =
                Chart.ofExamples().manifests().get("everything").service().path("spec");

        assertThat(fields).hasSize(11);
        assertThat(fields.properties())
                .allSatisfy(field -> assertThat(spec.path(field.getKey())).isEqualTo(field.getValue()));
        assertThat(Manifests.elements(spec.path("ports")))
                .extracting(port -> port.path("nodePort").asInt())
                .containsExactly(30080, 30443);
    }

    @Test
    void byDefaultItHasATypeASelectorAndPorts() {
        JsonNode spec =
                Chart.ofExamples().manifests().get(Chart.DEFAULTS).service().path("spec");
        TreeSet<String> names = new TreeSet<>();
        spec.fieldNames().forEachRemaining(names::add);

        assertThat(names).containsExactly("ports", "selector", "type");
        assertThat(spec.at("/ports/0").has("nodePort")).isFalse();
    }

    @Test
    void withIpv6WorkersListenOnBothFamilies() {
        Map<String, String> listen = new LinkedHashMap<>();
        listen.put("service: {ipFamilyPolicy: PreferDualStack}", "http=tcp://:8080");
        listen.put("service: {ipFamilies: [IPv6]}", "http=tcp://:8080");
        listen.put(
                "{service: {ipFamilyPolicy: RequireDualStack}, tls: {enabled: true, secretName: x}}",
                "http=tcp://:8080,https=tcp://:8443");
        listen.put("{service: {ipFamilies: [IPv4]}, httpPort: 8081}", "http=tcp4://0.0.0.0:8081");
        listen.put("service: {ipFamilyPolicy: SingleStack}", "");
        Map<String, Manifests> rendered = Chart.manifests(listen.keySet());

        assertThat(listen).allSatisfy((values, expected) -> assertThat(Manifests.elements(
                                rendered.get(values).container().path("env"))
                        .filter(variable -> variable.path("name").asText().equals("PREFORK_LISTEN"))
                        .map(variable -> variable.path("value").asText())
                        .findFirst()
                        .orElse(""))
                .as(values)
                .isEqualTo(expected));
    }
}
