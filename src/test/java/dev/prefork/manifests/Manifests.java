package dev.prefork.manifests;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Objects for Kubernetes, as they would be sent to it. */
record Manifests(List<JsonNode> objects) {
    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());

    static Manifests parse(String yaml) {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(yaml)) {
            return new Manifests(documents.readAll().stream()
                    .filter(document -> !document.isNull() && !document.isMissingNode())
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One document, such as a file of values. */
    static JsonNode read(String yaml) {
        try {
            return YAML.readTree(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<JsonNode> all(String kind) {
        return objects.stream().filter(object -> kind(object).equals(kind)).toList();
    }

    Manifests without(String kind) {
        return new Manifests(
                objects.stream().filter(object -> !kind(object).equals(kind)).toList());
    }

    /** The only object of its kind. */
    JsonNode the(String kind) {
        List<JsonNode> found = all(kind);
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " objects are a " + kind);
        }
        return found.get(0);
    }

    /** The one that leads to the workers; another may be there for their metrics. */
    JsonNode service() {
        String name = name(the("Deployment"));
        return all("Service").stream()
                .filter(service -> name(service).equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** What pods are made of, whoever makes them. */
    List<JsonNode> podSpecs() {
        return Stream.concat(
                        all("Pod").stream().map(pod -> pod.path("spec")),
                        all("Deployment").stream().map(Manifests::podSpec))
                .toList();
    }

    /** The pods that run Prefork. */
    JsonNode podSpec() {
        return podSpec(the("Deployment"));
    }

    JsonNode podLabels() {
        return the("Deployment").at("/spec/template/metadata/labels");
    }

    /** The container that Prefork runs in. */
    JsonNode container() {
        return elements(podSpec().path("containers"))
                .filter(container -> container.path("name").asText().equals("prefork"))
                .findFirst()
                .orElseThrow();
    }

    /** All of a pod's, native sidecars among them. */
    static Stream<JsonNode> containers(JsonNode podSpec) {
        return Stream.concat(elements(podSpec.path("initContainers")), elements(podSpec.path("containers")));
    }

    static Stream<JsonNode> elements(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    static String kind(JsonNode object) {
        return object.path("kind").asText();
    }

    static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    private static JsonNode podSpec(JsonNode deployment) {
        return deployment.at("/spec/template/spec");
    }
}
