package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldListTest {
    private static final String SCALED = """
            apiVersion: keda.sh/v1alpha1
            kind: ScaledObject
            metadata: {name: shop}
            spec:
              scaleTargetRef: {name: shop}
              minReplicaCount: 2
              advanced: {restoreToOriginalReplicaCount: true}
              triggers:
                - type: prometheus
                  metadata: {query: up, threshold: "1"}
            """;

    private final FieldList fields = FieldList.read("scaledobject");

    @Test
    void takesWhatIsRight() {
        assertThat(fields.refusal(Manifests.read(SCALED))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "minReplicaCount | minReplicas | /spec/minReplicas is unknown",
                "minReplicaCount: 2 | minReplicaCount: \"2\" | /spec/minReplicaCount is not of type number",
                "threshold: \"1\" | threshold: 1 | /spec/triggers[]/metadata is not of type texts",
                "type: prometheus | name: prometheus | /spec/triggers[]/type is missing",
                "scaleTargetRef: {name: shop} | scaleTargetRef: shop | /spec/scaleTargetRef is not an object",
                "Count: true | Count: 1 | /spec/advanced/restoreToOriginalReplicaCount is not of type boolean",
                "kind: ScaledObject | kind: 1 | /kind is not of type text",
            })
    void namesTheFieldThatIsWrong(String right, String wrong, String problem) {
        assertThat(SCALED).contains(right);

        assertThat(fields.refusal(Manifests.read(SCALED.replace(right, wrong)))).hasValue(problem);
    }

    @Test
    void aListIsNotAnObject() {
        String wrong = SCALED.replaceFirst("triggers:\\R[^$]*", "triggers: {type: cpu}\n");

        assertThat(fields.refusal(Manifests.read(wrong))).hasValue("/spec/triggers is not a list");
    }
}
