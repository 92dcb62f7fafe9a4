package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The pod that {@code helm test} starts gets along with clusters that are particular. */
class HelmTestPodTest {
    private static final String LONG_NAME = "n".repeat(60);

    private static final Map<String, Manifests> RENDERED = Chart.render(Map.of(
                    "plain", "",
                    "openshift", "{runAsUser: null, runAsGroup: null}",
                    "large", "runAsUser: 1000650000",
                    "long", "{nameOverride: " + LONG_NAME + ", commonLabels: {team: front}}"))
            .manifests();

    private JsonNode pod(String name) {
        return RENDERED.get(name).the("Pod");
    }

    @Test
    void itRunsAsTheUserOfTheOthers() {
        assertThat(pod("plain").at("/spec/securityContext/runAsUser").asInt()).isEqualTo(1001);
        assertThat(pod("large").at("/spec/securityContext/runAsUser"))
                .isEqualTo(Manifests.read("1000650000"))
                .isEqualTo(RENDERED.get("large").podSpec().at("/securityContext/runAsUser"));
        assertThat(pod("openshift").at("/spec/securityContext").has("runAsUser"))
                .isFalse();
        assertThat(RestrictedProfile.offences(pod("openshift").path("spec"))).isEmpty();
    }

    @Test
    void itsLabelsAreNoLongerThanLabelsMayBe() {
        JsonNode labels = pod("long").at("/metadata/labels");

        assertThat(Manifests.elements(labels))
                .extracting(JsonNode::asText)
                .contains("n".repeat(58) + "-test", "front")
                .allSatisfy(label -> assertThat(label).hasSizeLessThanOrEqualTo(63));
    }

    @Test
    void itHasResourcesSinceAQuotaMayDemandThem() {
        JsonNode resources = pod("plain").at("/spec/containers/0/resources");

        for (String bound : new String[] {"requests", "limits"}) {
            assertThat(resources.path(bound).has("cpu")).as(bound).isTrue();
            assertThat(resources.path(bound).has("memory")).as(bound).isTrue();
        }
    }
}
