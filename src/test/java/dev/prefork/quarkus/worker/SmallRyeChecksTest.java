package dev.prefork.quarkus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of checks that are DOWN, by the JSON that SmallRye Health makes of them. */
class SmallRyeChecksTest {
    private static String text(String checks) {
        return SmallRyeChecks.text(
                Json.createReader(new StringReader("{\"status\":\"DOWN\",\"checks\":[" + checks + "]}"))
                        .readObject());
    }

    private static String check(String status, String more) {
        return "{\"name\":\"database connection\",\"status\":\"" + status + "\"" + more + "}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | database connection",
                ",\"data\":{} | database connection",
                ",\"data\":{\"rootCause\":\"refused\"} | database connection: refused",
                ",\"data\":{\"<default>\":\"UP\",\"orders\":\"refused\"} | database connection: <default>=UP, orders=refused",
                ",\"data\":{\"tries\":3} | database connection: 3",
                ",\"data\":{\"tries\":3,\"last\":false} | database connection: tries=3, last=false"
            })
    void aCheckIsNamedWithItsData(String more, String expected) {
        assertThat(text(check("DOWN", more))).isEqualTo(expected);
    }

    @Test
    void onlyThoseThatAreDownAreNamed() {
        assertThat(text(check("UP", "") + "," + check("DOWN", "") + ",{\"status\":\"DOWN\"}"))
                .isEqualTo("database connection; unnamed");
        assertThat(SmallRyeChecks.text(Json.createObjectBuilder().build())).isEmpty();
    }
}
