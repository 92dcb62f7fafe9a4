package dev.prefork.quarkus.master.early;

import dev.prefork.app.MasterHealth;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Health data in the form in which SmallRye Health writes it; see RFC 8259. Stateless. */
public final class HealthJson {
    private static final String INDENT = "    ";

    private HealthJson() {}

    /** The answer that has these checks. */
    public static String of(List<MasterHealth> checks) {
        boolean up = checks.stream().allMatch(MasterHealth::up);
        String all = checks.stream()
                .map(check -> object(members(check), 2))
                .collect(Collectors.joining(",\n", "[\n", "\n" + INDENT + "]"));
        return object(List.of(member("status", status(up)), "\"checks\": " + all), 0);
    }

    private static List<String> members(MasterHealth check) {
        List<String> data =
                check.data().entrySet().stream().map(entry -> value(entry)).toList();
        return List.of(
                member("name", text(check.name())),
                member("status", status(check.up())),
                "\"data\": " + object(data, 3).strip());
    }

    private static String value(Map.Entry<String, Object> entry) {
        Object value = entry.getValue();
        return member(entry.getKey(), value instanceof String text ? text(text) : value.toString());
    }

    private static String object(List<String> members, int depth) {
        String outer = INDENT.repeat(depth);
        return members.stream()
                .collect(
                        Collectors.joining(",\n" + outer + INDENT, outer + "{\n" + outer + INDENT, "\n" + outer + "}"));
    }

    private static String member(String name, String value) {
        return text(name) + ": " + value;
    }

    private static String status(boolean up) {
        return up ? "\"UP\"" : "\"DOWN\"";
    }

    /** Half of a surrogate pair is escaped too: a worker's status may hold one. */
    private static String text(String text) {
        StringBuilder json = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c) || c == 0x7f) {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
