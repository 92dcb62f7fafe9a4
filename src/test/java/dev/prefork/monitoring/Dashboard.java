package dev.prefork.monitoring;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The dashboard's file, and where in it things are. */
record Dashboard(JsonObject json) {
    private static final Path FILE = Path.of("k8s/monitoring/prefork-dashboard.json");
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), *\\w+\\)");

    static Dashboard read() {
        try {
            return new Dashboard(new JsonObject(Files.readString(FILE)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Rows as well. */
    List<JsonObject> everything() {
        return objects(json.getJsonArray("panels"));
    }

    List<JsonObject> rows() {
        return everything().stream().filter(Dashboard::isRow).toList();
    }

    /** What shows something. */
    List<JsonObject> panels() {
        return everything().stream().filter(panel -> !isRow(panel)).toList();
    }

    List<JsonObject> variables() {
        return objects(json.getJsonObject("templating").getJsonArray("list"));
    }

    /** What the panels ask Prometheus for. */
    List<String> expressions() {
        return panels().stream()
                .flatMap(panel -> objects(panel.getJsonArray("targets")).stream())
                .map(target -> target.getString("expr"))
                .toList();
    }

    /** Whose labels the variables offer for a choice. */
    List<String> variableExpressions() {
        return variables().stream()
                .filter(variable -> variable.getString("type").equals("query"))
                .map(variable -> LABEL_VALUES.matcher(variable.getString("definition")))
                .filter(Matcher::matches)
                .map(query -> query.group(1))
                .toList();
    }

    static List<JsonObject> objects(JsonArray array) {
        return IntStream.range(0, array.size()).mapToObj(array::getJsonObject).toList();
    }

    private static boolean isRow(JsonObject panel) {
        return panel.getString("type").equals("row");
    }
}
