package dev.prefork.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The values of the chart as a table in Markdown: each with its default and the words above it. What has words below it is a
 * group, with a row of its own if it has words itself; anything else is one row with all of its default. Pure.
 */
final class ValuesTable {
    static final String HEAD = "| value | default | |\n|---|---|---|\n";

    private static final Pattern KEY = Pattern.compile("( *)([\\w./]+):.*");

    private final List<String> lines;
    private final JsonNode defaults;
    private final JsonNode schema;

    private ValuesTable(String values, JsonNode schema) {
        this.lines = values.lines().toList();
        this.defaults = Manifests.read(values);
        this.schema = schema;
    }

    static String of(String values, JsonNode schema) {
        ValuesTable table = new ValuesTable(values, schema);
        return HEAD + String.join("", table.rows());
    }

    private List<String> rows() {
        List<String> rows = new ArrayList<>();
        List<String> path = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher key = KEY.matcher(lines.get(i));
            if (!key.matches()) {
                continue;
            }
            path = new ArrayList<>(
                    path.subList(0, Math.min(path.size(), key.group(1).length() / 2)));
            path.add(key.group(2));
            String words = words(i);
            if (!words.isEmpty() && isKnown(path)) {
                String value = isGroup(i, path) ? "" : code(defaults.at(pointer(path)));
                rows.add("| `%s` | %s | %s |\n".formatted(String.join(".", path), value, words.replace("|", "\\|")));
            }
        }
        return rows;
    }

    /** The comment right above a line; a blank line ends it. */
    private String words(int line) {
        int first = line;
        while (first > 0 && lines.get(first - 1).strip().startsWith("#")) {
            first--;
        }
        return lines.subList(first, line).stream()
                .map(text -> text.strip().substring(1).strip())
                .collect(Collectors.joining(" "));
    }

    /** Keys that users choose, such as those of labels, are a part of the value above them. */
    private boolean isKnown(List<String> path) {
        return !schema.at(pointer(path).replace("/", "/properties/")).isMissingNode();
    }

    private boolean isGroup(int line, List<String> path) {
        String deeper = "  ".repeat(path.size());
        return schema.at(pointer(path).replace("/", "/properties/")).has("properties")
                && lines.subList(line + 1, lines.size()).stream()
                        .takeWhile(below -> below.startsWith(deeper))
                        .anyMatch(below -> below.strip().startsWith("#"));
    }

    private static String pointer(List<String> path) {
        return path.stream().map(name -> "/" + name.replace("/", "~1")).collect(Collectors.joining());
    }

    private static String code(JsonNode value) {
        return "`" + value.toString().replace("\",\"", "\", \"").replace("|", "\\|") + "`";
    }
}
