package dev.prefork.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The fields of a custom resource for which there is no model, written down as an object of the same form whose leaves are types:
 * {@code text}, {@code number}, {@code boolean}, {@code texts} for a map of them, and {@code any}. A list has one element, that of
 * all. Immutable.
 */
record FieldList(JsonNode fields) {

    static FieldList read(String name) {
        try (InputStream file = FieldList.class.getResourceAsStream(name + ".yaml")) {
            String text = new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8);
            return new FieldList(Manifests.read(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty if all is well. */
    Optional<String> refusal(JsonNode object) {
        return refusals(fields, object, "").findFirst();
    }

    private static Stream<String> refusals(JsonNode known, JsonNode value, String path) {
        if (known.isTextual()) {
            return isOf(known.asText(), value) ? Stream.empty() : Stream.of(path + " is not of type " + known.asText());
        }
        if (known.isArray()) {
            return value.isArray()
                    ? Manifests.elements(value).flatMap(element -> refusals(known.get(0), element, path + "[]"))
                    : Stream.of(path + " is not a list");
        }
        if (!value.isObject()) {
            return Stream.of(path + " is not an object");
        }
        Stream<String> missing = known.properties().stream()
                .map(field -> field.getKey())
                .filter(name -> name.endsWith("!") && !value.has(name.replace("!", "")))
                .map(name -> path + "/" + name.replace("!", "") + " is missing");
        Stream<String> wrong = value.properties().stream().flatMap(field -> {
            String name = field.getKey();
            JsonNode type = known.has(name) ? known.get(name) : known.path(name + "!");
            return type.isMissingNode()
                    ? Stream.of(path + "/" + name + " is unknown")
                    : refusals(type, field.getValue(), path + "/" + name);
        });
        return Stream.concat(missing, wrong);
    }

    private static boolean isOf(String type, JsonNode value) {
        return switch (type) {
            case "any" -> true;
            case "text" -> value.isTextual();
            case "number" -> value.isInt();
            case "boolean" -> value.isBoolean();
            case "texts" -> value.isObject() && Manifests.elements(value).allMatch(JsonNode::isTextual);
            default -> throw new AssertionError("a type is not known: " + type);
        };
    }
}
