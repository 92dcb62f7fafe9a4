package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That kustomize and Helm make the same. */
class KustomizeTest {
    /** Nobody but Helm sets them. */
    private static final List<String> HELMS = List.of("app.kubernetes.io/managed-by", "helm.sh/chart");

    static Stream<Overlay> overlays() {
        return Overlay.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void anOverlayIsWhatTheChartMakesOfTheExampleOfItsName(Overlay overlay) {
        Map<String, JsonNode> helms = comparable(Chart.ofExamples().manifests().get(overlay.example()));
        Map<String, JsonNode> ours = comparable(overlay.build());

        assertThat(ours.keySet()).isEqualTo(helms.keySet()).contains("Deployment " + overlay.fullName());
        assertThat(ours).allSatisfy((name, object) -> assertThat(object.toPrettyString())
                .isEqualTo(helms.get(name).toPrettyString()));
    }

    @Test
    void everyOverlayThatThereIsIsTested() throws IOException {
        try (Stream<Path> directories = Files.list(Overlay.TOP.resolve("overlays"))) {
            assertThat(directories.map(
                            directory -> Overlay.TOP.relativize(directory).toString()))
                    .containsExactlyInAnyOrderElementsOf(Overlay.ALL.stream()
                            .map(Overlay::directory)
                            .filter(directory -> !directory.equals("base"))
                            .toList());
        }
    }

    @Test
    void everyComponentIsInAnOverlay() throws IOException {
        Set<String> used = Overlay.ALL.stream()
                .map(overlay -> Overlay.TOP.resolve(overlay.directory()).resolve("kustomization.yaml"))
                .flatMap(file -> Manifests.elements(Manifests.read(text(file)).path("components")))
                .map(component -> Path.of(component.asText()).getFileName().toString())
                .collect(Collectors.toSet());

        try (Stream<Path> directories = Files.list(Overlay.TOP.resolve("components"))) {
            assertThat(directories.map(directory -> directory.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(used);
        }
    }

    /** By kind and name, without what is Helm's alone, and in an order of our own. */
    private static Map<String, JsonNode> comparable(Manifests manifests) {
        Map<String, JsonNode> objects = new TreeMap<>();
        manifests.objects().stream()
                .filter(object -> !object.at("/metadata/annotations").has(Chart.HOOK))
                .forEach(object -> objects.put(Manifests.kind(object) + " " + Manifests.name(object), sorted(object)));
        return objects;
    }

    private static JsonNode sorted(JsonNode node) {
        if (node.isObject()) {
            ObjectNode sorted = JsonNodeFactory.instance.objectNode();
            node.properties().stream()
                    .filter(field -> !HELMS.contains(field.getKey()))
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(field -> sorted.set(field.getKey(), sorted(field.getValue())));
            return sorted;
        }
        if (node.isArray()) {
            List<JsonNode> elements = new ArrayList<>();
            node.forEach(element -> elements.add(sorted(element)));
            // A list of things with names is a set; the order of words means something.
            if (elements.stream().allMatch(element -> element.has("name"))) {
                elements.sort(
                        (a, b) -> a.get("name").asText().compareTo(b.get("name").asText()));
            }
            return new ArrayNode(JsonNodeFactory.instance, elements);
        }
        return node;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
