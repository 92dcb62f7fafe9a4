package dev.prefork.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.awt.Rectangle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DashboardTest {
    private static final int WIDTH = 24;

    private final Dashboard dashboard = Dashboard.read();

    @Test
    void itIsNobodysOwn() {
        assertThat(dashboard.json().getString("uid")).isEqualTo("prefork");
        assertThat(dashboard.json().getValue("id")).isNull();
        assertThat(dashboard.rows()).hasSizeBetween(4, 6);
        assertThat(dashboard.variables())
                .extracting(variable -> variable.getString("name"))
                .containsExactly("datasource", "namespace", "pod", "instance");
        assertThat(dashboard.variableExpressions()).hasSize(3);
    }

    @Test
    void everyPanelSaysWhatItShowsAndInWhichUnit() {
        assertThat(dashboard.panels()).isNotEmpty().allSatisfy(panel -> {
            assertThat(panel.getString("title")).isNotBlank();
            assertThat(panel.getString("description")).isNotBlank().endsWith(".");
            assertThat(panel.getJsonObject("fieldConfig")
                            .getJsonObject("defaults")
                            .getString("unit"))
                    .isNotBlank();
        });
        assertThat(dashboard.rows())
                .allSatisfy(row -> assertThat(row.getString("title")).isNotBlank());
    }

    @Test
    void everyPanelAsksTheChosenDatasourceForTheChosenPods() {
        assertThat(dashboard.panels()).allSatisfy(panel -> {
            assertThat(source(panel)).isEqualTo("${datasource}");
            List<JsonObject> targets = Dashboard.objects(panel.getJsonArray("targets"));
            assertThat(targets).isNotEmpty().allSatisfy(target -> {
                assertThat(source(target)).isEqualTo("${datasource}");
                assertThat(target.getString("legendFormat")).isNotBlank();
                // Each series that is asked for, not only one of them.
                assertThat(target.getString("expr")
                                .replaceAll(
                                        "\\{namespace=~\"\\$namespace\", "
                                                + "pod=~\"\\$pod\", instance=~\"\\$instance\"[^}]*}",
                                        ""))
                        .doesNotContain("{")
                        .isNotEqualTo(target.getString("expr"));
            });
            assertThat(targets).extracting(target -> target.getString("refId")).doesNotHaveDuplicates();
        });
    }

    @Test
    void idsAreUnique() {
        assertThat(dashboard.everything())
                .extracting(panel -> panel.getInteger("id"))
                .doesNotContainNull()
                .doesNotHaveDuplicates();
    }

    @Test
    void nothingLiesOnAnotherOrBesideTheGrid() {
        List<Rectangle> places = dashboard.everything().stream()
                .map(panel -> panel.getJsonObject("gridPos"))
                .map(DashboardTest::rectangle)
                .toList();

        assertThat(places).allSatisfy(place -> {
            assertThat(place.isEmpty()).isFalse();
            assertThat(place.x).isNotNegative();
            assertThat(place.x + place.width).isLessThanOrEqualTo(WIDTH);
            assertThat(places).filteredOn(place::intersects).containsExactly(place);
        });
    }

    @Test
    void prometheusUnderstandsEveryQuestion(@TempDir Path directory) throws Exception {
        List<String> expressions = dashboard.expressions();
        JsonArray rules = new JsonArray(IntStream.range(0, expressions.size())
                .mapToObj(i -> new JsonObject()
                        .put("record", "panel:" + i)
                        .put("expr", expressions.get(i).replace("$__rate_interval", "5m")))
                .toList());
        JsonObject group = new JsonObject().put("name", "dashboard").put("rules", rules);
        // JSON is YAML, so that these are rules as well.
        Path file = Files.writeString(
                directory.resolve("rules.yaml"),
                new JsonObject().put("groups", new JsonArray().add(group)).encode());

        Promtool.approves(file, "check", "rules");
    }

    private static String source(JsonObject of) {
        return of.getJsonObject("datasource").getString("uid");
    }

    private static Rectangle rectangle(JsonObject place) {
        return new Rectangle(
                place.getInteger("x"), place.getInteger("y"), place.getInteger("w"), place.getInteger("h"));
    }
}
