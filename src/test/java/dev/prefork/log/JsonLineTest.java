package dev.prefork.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLineTest {
    private static JsonObject parsed(String key, Object value) {
        return new JsonObject(new JsonLine().with(key, value).toString());
    }

    @Test
    void keysStandInTheOrderInWhichTheyCame() {
        assertThat(new JsonLine().with("b", 1).with("a", "two").with("c", true).with("d", 0.25))
                .hasToString("{\"b\":1,\"a\":\"two\",\"c\":true,\"d\":0.25}");
        assertThat(new JsonLine()).hasToString("{}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "plain", "\"quoted\" \\ slash /", "tab\tnew\nline\rnul\0bell\7 \u001f\u007f", "ö € 𝄞 \u2028"
            })
    void anyTextIsReadAsItWas(String text) {
        String line = new JsonLine().with("message", text).toString();

        assertThat(line).doesNotContain("\n").doesNotContain("\r");
        assertThat(new JsonObject(line).getString("message")).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud834", "\udd1e", "\udd1e\ud834", "a\ud834"})
    void halfOfASurrogateIsReplaced(String text) {
        String line = new JsonLine().with("message", text).toString();

        assertThat(new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .isEqualTo(line);
        assertThat(new JsonObject(line).getString("message")).contains("\ufffd").doesNotContain("?");
    }

    @Test
    void whateverLettersThereAreTheLineIsValid() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            StringBuilder text = new StringBuilder();
            random.ints(30, 0, 0x10000).forEach(letter -> text.append((char) letter));
            String line = new JsonLine().with("message", text).toString();
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);

            assertThat(new JsonObject(new String(bytes, StandardCharsets.UTF_8)).getString("message"))
                    .hasSameSizeAs(text);
        }
    }

    @Test
    void whatIsNotANumberOfJsonIsAText() {
        assertThat(parsed("value", Double.NaN).getString("value")).isEqualTo("NaN");
        assertThat(parsed("value", Long.MAX_VALUE).getLong("value")).isEqualTo(Long.MAX_VALUE);
        assertThat(parsed("value", null).getString("value")).isEqualTo("null");
    }
}
