package dev.prefork.monitoring;

import java.nio.file.Path;
import java.util.List;

/** One alert of the rule file, as it stands there. */
record Alert(String name, String expression, String severity, String summary, String description, String runbook) {
    static final Path RULES = Path.of("k8s/monitoring/prefork-rules.yaml");

    /** All alerts of the rule file, in its order. */
    static List<Alert> all() {
        return PlainYaml.read(RULES).get("groups").items().stream()
                .flatMap(group -> group.get("rules").items().stream())
                .map(Alert::of)
                .toList();
    }

    private static Alert of(PlainYaml rule) {
        PlainYaml annotations = rule.get("annotations");
        return new Alert(
                rule.get("alert").text(),
                rule.get("expr").text(),
                rule.get("labels").get("severity").text(),
                annotations.get("summary").text(),
                annotations.get("description").text(),
                annotations.get("runbook").text());
    }
}
