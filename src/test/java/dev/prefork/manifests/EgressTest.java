package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The policy for connections that pods open. */
class EgressTest {
    private static final String DNS = "networkPolicy: {egress: {enabled: true}}";
    private static final String NOTHING = "networkPolicy: {egress: {enabled: true, dns: {enabled: false}}}";
    private static final String RULES = """
            networkPolicy:
              enabled: true
              egress:
                enabled: true
                dns: {ports: [5353], to: [{namespaceSelector: {}}]}
                rules: [{ports: [{port: 5432}]}]
            """;

    private static final Map<String, Manifests> RENDERED = Chart.manifests(List.of(DNS, NOTHING, RULES));

    @Test
    void itStandsAloneAndAllowsNamesToBeLookedUp() {
        JsonNode policy = RENDERED.get(DNS).the("NetworkPolicy");

        assertThat(policy.at("/spec/policyTypes")).isEqualTo(Manifests.read("[Egress]"));
        assertThat(policy.at("/spec/egress"))
                .isEqualTo(Manifests.read("[{ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]}]"));
        assertThat(policy.at("/spec").has("ingress")).isFalse();
    }

    @Test
    void itMayAllowNothing() {
        assertThat(RENDERED.get(NOTHING).the("NetworkPolicy").at("/spec/egress"))
                .isEqualTo(Manifests.read("[]"));
    }

    @Test
    void itComesBesideTheOtherWithRulesAndNameServersOfOnesOwn() {
        List<JsonNode> policies = RENDERED.get(RULES).all("NetworkPolicy");
        JsonNode egress = policies.stream()
                .filter(policy -> Manifests.name(policy).equals("prefork-egress"))
                .findFirst()
                .orElseThrow()
                .at("/spec/egress");

        assertThat(policies).extracting(Manifests::name).containsExactlyInAnyOrder("prefork", "prefork-egress");
        assertThat(egress).isEqualTo(Manifests.read("""
                - ports: [{port: 5353, protocol: UDP}, {port: 5353, protocol: TCP}]
                  to: [{namespaceSelector: {}}]
                - ports: [{port: 5432}]
                """));
    }
}
