package dev.prefork.status;

import dev.prefork.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** As much of JSON Schema 2020-12 as ours uses; a keyword beside that fails. */
public final class Schema {
    private static final Set<String> KEYWORDS = Set.of(
            "$schema",
            "title",
            "description",
            "type",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "enum",
            "const",
            "minimum",
            "maximum",
            "format");

    private final Map<String, Object> root;

    private Schema(Map<String, Object> root) {
        this.root = root;
    }

    public static Schema read(Path file) {
        try {
            return new Schema(map(Json.read(Files.readString(file))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    private static Collection<?> list(Object value) {
        return value == null ? List.of() : (Collection<?>) value;
    }

    /** What is wrong with a value; nothing, if it is valid. */
    public List<String> violations(Object value) {
        List<String> found = new ArrayList<>();
        check(root, value, "$", found);
        return found;
    }

    private static void check(Map<String, Object> schema, Object value, String at, List<String> found) {
        if (!KEYWORDS.containsAll(schema.keySet())) {
            throw new AssertionError("this test does not know a keyword of " + schema.keySet());
        }
        Object type = schema.get("type");
        List<?> types =
                type == null ? List.of() : type instanceof Collection<?> some ? List.copyOf(some) : List.of(type);
        if (!types.isEmpty() && types.stream().noneMatch(each -> isOf(each.toString(), value))) {
            found.add(at + " is not of type " + type);
            return;
        }
        if (schema.containsKey("const") && !schema.get("const").equals(value)) {
            found.add(at + " is not " + schema.get("const"));
        }
        if (schema.containsKey("enum") && !list(schema.get("enum")).contains(value)) {
            found.add(at + " is none of " + schema.get("enum"));
        }
        if (value instanceof Number number) {
            range(schema, number.doubleValue(), at, found);
        }
        if ("date-time".equals(schema.get("format")) && !isTime(value)) {
            found.add(at + " is not a date-time");
        }
        if (value instanceof Map<?, ?>) {
            object(schema, map(value), at, found);
        }
        if (value instanceof List<?> elements) {
            for (int i = 0; i < elements.size(); i++) {
                check(map(schema.get("items")), elements.get(i), at + "[" + i + "]", found);
            }
        }
    }

    private static boolean isOf(String type, Object value) {
        return switch (type) {
            case "object" -> value instanceof Map;
            case "array" -> value instanceof List;
            case "string" -> value instanceof String;
            case "boolean" -> value instanceof Boolean;
            case "integer" -> value instanceof Long;
            case "number" -> value instanceof Number;
            case "null" -> value == null;
            default -> throw new AssertionError(type);
        };
    }

    private static boolean isTime(Object value) {
        try {
            Instant.parse((String) value);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static void range(Map<String, Object> schema, double number, String at, List<String> found) {
        if (schema.get("minimum") instanceof Number least && number < least.doubleValue()) {
            found.add(at + " is less than " + least);
        }
        if (schema.get("maximum") instanceof Number most && number > most.doubleValue()) {
            found.add(at + " is more than " + most);
        }
    }

    private static void object(Map<String, Object> schema, Map<String, Object> value, String at, List<String> found) {
        Map<String, Object> properties = map(schema.get("properties"));
        for (Object key : list(schema.get("required"))) {
            if (!value.containsKey((String) key)) {
                found.add(at + "." + key + " is missing");
            }
        }
        value.forEach((key, member) -> {
            if (properties.containsKey(key)) {
                check(map(properties.get(key)), member, at + "." + key, found);
            } else {
                found.add(at + "." + key + " is not known");
            }
        });
    }

    /** Each with those it is in, such as {@code slots[].last_exit.cause}. */
    Set<String> keys() {
        Set<String> keys = new HashSet<>();
        walk(root, "", (path, schema) -> keys.add(path));
        return keys;
    }

    /** The keys of a value, likewise. */
    static Set<String> keys(Object value) {
        Set<String> keys = new HashSet<>();
        collect(value, "", keys);
        return keys;
    }

    private static void collect(Object value, String at, Set<String> keys) {
        if (value instanceof Map<?, ?>) {
            map(value).forEach((key, member) -> {
                String path = at.isEmpty() ? key : at + "." + key;
                keys.add(path);
                collect(member, path, keys);
            });
        } else if (value instanceof List<?> elements) {
            elements.forEach(element -> collect(element, at + "[]", keys));
        }
    }

    private static void walk(Map<String, Object> schema, String at, BiConsumer<String, Map<String, Object>> visitor) {
        if (schema.containsKey("properties")) {
            map(schema.get("properties")).forEach((key, member) -> {
                String path = at.isEmpty() ? key : at + "." + key;
                visitor.accept(path, map(member));
                walk(map(member), path, visitor);
            });
        } else if (schema.containsKey("items")) {
            walk(map(schema.get("items")), at + "[]", visitor);
        }
    }

    /** Objects that allow keys which they do not name. */
    List<String> openObjects() {
        List<String> open = new ArrayList<>();
        walk(root, "", (path, schema) -> {
            Map<String, Object> inner = schema.containsKey("items") ? map(schema.get("items")) : schema;
            if (inner.containsKey("properties") && !Boolean.FALSE.equals(inner.get("additionalProperties"))) {
                open.add(path);
            }
        });
        if (!Boolean.FALSE.equals(root.get("additionalProperties"))) {
            open.add("$");
        }
        return open;
    }

    /** Keys without a description. */
    List<String> undescribed() {
        List<String> found = new ArrayList<>();
        walk(root, "", (path, schema) -> {
            if (!(schema.get("description") instanceof String text) || text.isBlank()) {
                found.add(path);
            }
        });
        return found;
    }
}
