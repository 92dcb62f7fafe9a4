package dev.prefork.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonObjectEndTest {
    private static JsonObjectEnd.Found in(String line) {
        return JsonObjectEnd.in(line.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                " { } ",
                "{\"a\":1}",
                "{\"a\":-0.5e+10,\"b\":[1,2,{\"c\":null}],\"d\":{\"e\":true}}",
                "{\"a\":\"\\u00e4 \\n \\\" \\\\ ö }\"}",
                "{\"a\":[],\"b\":{},\"c\":false}\r"
            })
    void findsTheEndOfAnObject(String line) {
        JsonObjectEnd.Found found = in(line);

        assertThat(found).isNotNull();
        assertThat(found.end()).isEqualTo(line.getBytes(StandardCharsets.UTF_8).length - 1 - trailing(line));
    }

    private static int trailing(String line) {
        return line.length() - line.stripTrailing().length();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "{",
                "}",
                "[]",
                "1",
                "\"text\"",
                "{a:1}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{\"a\":01}",
                "{\"a\":1.}",
                "{\"a\":+1}",
                "{\"a\":nul}",
                "{\"a\":\"b}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"\t\"}",
                "{\"a\":1} {\"b\":2}",
                "{\"a\":1} tail",
                "{\"a\":[1,]}"
            })
    void anythingElseIsNone(String line) {
        assertThat(in(line)).isNull();
    }

    @Test
    void namesItsOwnKeysAlone() {
        assertThat(in("{\"a\":{\"slot\":1},\"b c\":[{\"pid\":2}],\"level\":3}").keys())
                .containsExactlyInAnyOrder("a", "b c", "level");
        assertThat(in("{}").keys()).isEmpty();
    }

    @Test
    void whatIsNestedTooDeepIsNone() {
        assertThat(in("{\"a\":" + "[".repeat(50) + "]".repeat(50) + "}")).isNotNull();
        assertThat(in("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}"))
                .isNull();
    }

    @Test
    void agreesWithAnotherReaderOnDamagedObjects() {
        String whole = "{\"time\":\"12:00\",\"n\":[1,-2.5e3,true,null],\"o\":{\"k\":\"v\\n\"}}";
        Random random = new Random(11);
        for (int i = 0; i < 5000; i++) {
            StringBuilder damaged = new StringBuilder(whole);
            int at = random.nextInt(whole.length());
            if (random.nextBoolean()) {
                damaged.deleteCharAt(at);
            } else {
                damaged.setCharAt(at, (char) (' ' + random.nextInt(95)));
            }
            if (in(damaged.toString()) != null) {
                assertThat(new JsonObject(damaged.toString()).isEmpty()).isFalse();
            }
        }
    }
}
