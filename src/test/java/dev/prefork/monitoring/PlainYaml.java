package dev.prefork.monitoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * As much of YAML as our own files use: block maps and lists, plain and quoted scalars on one line, literal blocks, and
 * the empty list. No parser is on the class path, and promtool reads the same files with a real one.
 *
 * @param text the scalar, else empty
 * @param items of the list, else empty
 * @param fields of the map, else empty
 */
record PlainYaml(String text, List<PlainYaml> items, Map<String, PlainYaml> fields) {

    static PlainYaml read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static PlainYaml parse(String yaml) {
        Deque<String> lines = new ArrayDeque<>();
        yaml.lines()
                .filter(line -> !line.isBlank() && !line.strip().startsWith("#"))
                .forEach(lines::add);
        PlainYaml document = block(lines);
        if (!lines.isEmpty()) {
            throw new IllegalArgumentException("not understood: " + lines.peek());
        }
        return document;
    }

    /** The field's value, or something empty. */
    PlainYaml get(String field) {
        return fields.getOrDefault(field, scalar(""));
    }

    /** Takes the lines that are not indented less than the first. */
    private static PlainYaml block(Deque<String> lines) {
        int indent = indent(lines);
        List<PlainYaml> items = new ArrayList<>();
        Map<String, PlainYaml> fields = new LinkedHashMap<>();
        while (indent(lines) == indent) {
            String line = lines.pop().strip();
            if (line.startsWith("- ")) {
                items.add(item(line.substring(2), indent + 2, lines));
            } else {
                field(line, indent, lines, fields);
            }
        }
        return new PlainYaml("", items, fields);
    }

    private static PlainYaml item(String line, int indent, Deque<String> lines) {
        if (isScalar(line)) {
            return scalar(line);
        }
        lines.push(" ".repeat(indent) + line);
        return block(lines);
    }

    private static boolean isScalar(String line) {
        return !line.matches("[\\w-]+:( .*)?");
    }

    private static void field(String line, int indent, Deque<String> lines, Map<String, PlainYaml> fields) {
        if (isScalar(line)) {
            throw new IllegalArgumentException("neither a field nor an item: " + line);
        }
        String key = line.substring(0, line.indexOf(':'));
        String value = line.substring(line.indexOf(':') + 1).strip();
        PlainYaml read;
        if (value.equals("|")) {
            read = literal(indent, lines);
        } else {
            read = value.isEmpty() && indent(lines) > indent ? block(lines) : scalar(value);
        }
        if (fields.put(key, read) != null) {
            throw new IllegalArgumentException("twice in one map: " + key);
        }
    }

    private static PlainYaml literal(int indent, Deque<String> lines) {
        StringBuilder text = new StringBuilder();
        while (indent(lines) > indent) {
            text.append(lines.pop().strip()).append('\n');
        }
        return new PlainYaml(text.toString(), List.of(), Map.of());
    }

    private static PlainYaml scalar(String value) {
        String text = value.equals("[]") ? "" : value;
        if (text.matches("\".*\"")) {
            text = text.substring(1, text.length() - 1).replace("\\\"", "\"");
        } else if (text.matches("'.*'")) {
            text = text.substring(1, text.length() - 1).replace("''", "'");
        } else if (text.matches("[\\[{&*!|>%@`\"'].*")) {
            throw new IllegalArgumentException("too much YAML: " + value);
        }
        return new PlainYaml(text, List.of(), Map.of());
    }

    /** Of the next line; -1 at the end. */
    private static int indent(Deque<String> lines) {
        String line = lines.peek();
        return line == null ? -1 : line.length() - line.stripLeading().length();
    }
}
