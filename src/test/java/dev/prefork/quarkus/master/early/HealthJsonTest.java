package dev.prefork.quarkus.master.early;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.app.MasterHealth;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthJsonTest {
    private static final MasterHealth UP = new MasterHealth("one", true, Map.of("ready", 2L));

    @Test
    void itIsWrittenAsSmallRyeWritesIt() {
        assertThat(HealthJson.of(List.of(UP))).isEqualTo("""
                {
                    "status": "UP",
                    "checks": [
                        {
                            "name": "one",
                            "status": "UP",
                            "data": {
                                "ready": 2
                            }
                        }
                    ]
                }""");
    }

    @Test
    void oneThatIsDownTakesAllDown() {
        MasterHealth down = new MasterHealth("two", false, Map.of("backing-off", true));
        JsonObject json = new JsonObject(HealthJson.of(List.of(UP, down)));

        assertThat(json.getString("status")).isEqualTo("DOWN");
        assertThat(json.getJsonArray("checks")).hasSize(2);
        assertThat(json.getJsonArray("checks")
                        .getJsonObject(1)
                        .getJsonObject("data")
                        .getBoolean("backing-off"))
                .isTrue();
    }

    @Test
    void whatAWorkerSaysOfItselfCannotBreakIt() {
        String hostile = "\"}],\\ \n\t\u0000\u007f \ud800 ü \ud83d\ude00";
        Map<String, Object> data = new LinkedHashMap<>(Map.of("status-0", hostile));
        JsonObject json = new JsonObject(HealthJson.of(List.of(new MasterHealth("one", true, data))));

        assertThat(json.getJsonArray("checks")
                        .getJsonObject(0)
                        .getJsonObject("data")
                        .getString("status-0"))
                .isEqualTo(hostile);
    }
}
