package dev.prefork.manifests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What Kubernetes, the Gateway API and the Prometheus Operator know of fields, from their own schemas, and what KEDA knows, from
 * {@link FieldList}. Pure: an object in, what is wrong with it out. A number where there should be a text passes most models, so
 * it is looked for separately.
 */
final class StrictModels {
    private static final Map<String, Model> MODELS = Map.ofEntries(
            Map.entry("v1/Pod", core(V1Pod::validateJsonElement)),
            Map.entry("v1/Service", core(V1Service::validateJsonElement)),
            Map.entry("v1/ServiceAccount", core(V1ServiceAccount::validateJsonElement)),
            Map.entry("v1/ConfigMap", core(V1ConfigMap::validateJsonElement)),
            Map.entry("v1/Secret", core(V1Secret::validateJsonElement)),
            Map.entry("apps/v1/Deployment", core(V1Deployment::validateJsonElement)),
            Map.entry("policy/v1/PodDisruptionBudget", core(V1PodDisruptionBudget::validateJsonElement)),
            Map.entry("autoscaling/v2/HorizontalPodAutoscaler", core(V2HorizontalPodAutoscaler::validateJsonElement)),
            Map.entry("networking.k8s.io/v1/NetworkPolicy", core(V1NetworkPolicy::validateJsonElement)),
            Map.entry("networking.k8s.io/v1/Ingress", core(V1Ingress::validateJsonElement)),
            Map.entry("gateway.networking.k8s.io/v1/HTTPRoute", custom(HTTPRoute.class)),
            Map.entry("monitoring.coreos.com/v1/PodMonitor", custom(PodMonitor.class)),
            Map.entry("monitoring.coreos.com/v1/ServiceMonitor", custom(ServiceMonitor.class)),
            Map.entry("monitoring.coreos.com/v1/PrometheusRule", custom(PrometheusRule.class)),
            Map.entry("keda.sh/v1alpha1/ScaledObject", FieldList.read("scaledobject")::refusal));

    private StrictModels() {}

    private interface Model {
        Optional<String> refusal(JsonNode object);
    }

    private interface Validation {
        void run(JsonElement object) throws IOException;
    }

    /** Empty if all is well. */
    static Optional<String> refusal(JsonNode object) {
        String type = object.path("apiVersion").asText() + "/" + Manifests.kind(object);
        Model model = MODELS.get(type);
        if (model == null) {
            return Optional.of("nobody here knows a " + type);
        }
        return model.refusal(object)
                .or(() -> texts(object)
                        .filter(text -> !text.isTextual())
                        .map(text -> "not a text: " + text)
                        .findFirst())
                .map(why -> type + " " + Manifests.name(object) + ": " + why);
    }

    /** Where only texts may be: labels, annotations, variables, arguments, and the data of a ConfigMap. */
    private static Stream<JsonNode> texts(JsonNode object) {
        Stream<JsonNode> maps = Stream.of("labels", "annotations", "matchLabels", "data", "stringData")
                .flatMap(name -> object.findValues(name).stream())
                .flatMap(Manifests::elements);
        Stream<JsonNode> variables = object.findValues("env").stream()
                .flatMap(Manifests::elements)
                .filter(variable -> variable.has("value"))
                .map(variable -> variable.get("value"));
        Stream<JsonNode> words = Stream.of("args", "command")
                .flatMap(name -> object.findValues(name).stream())
                .flatMap(Manifests::elements);
        return Stream.of(maps, variables, words).flatMap(found -> found);
    }

    private static Model core(Validation validation) {
        return object -> {
            try {
                validation.run(JsonParser.parseString(object.toString()));
                return Optional.empty();
            } catch (IOException | IllegalArgumentException e) {
                return Optional.of(e.getMessage());
            }
        };
    }

    /** These models keep what they do not know; without the place to keep it they refuse it. */
    private static Model custom(Class<?> type) {
        ObjectMapper strict = new ObjectMapper().setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
            private static final long serialVersionUID = 1L;

            @Override
            public Boolean hasAnySetter(Annotated annotated) {
                return false;
            }
        });
        return object -> {
            try {
                strict.treeToValue(object, type);
                return Optional.empty();
            } catch (JsonProcessingException e) {
                return Optional.of(e.getMessage());
            }
        };
    }
}
