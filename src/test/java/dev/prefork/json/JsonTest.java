package dev.prefork.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void whatIsWrittenIsReadBack() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("slot", 2L);
        map.put("ratio", 0.25);
        map.put("ready", true);
        map.put("status", null);
        map.put("text", "tab\t, \"quoted\", back\\slash, ä, 😀, \u0001");
        map.put("none", List.of());
        map.put("nothing", Map.of());
        map.put("list", Arrays.asList(1L, "two", null, List.of(3L)));

        assertThat(Json.read(Json.write(map))).isEqualTo(map);
    }

    @Test
    void theOrderOfKeysIsKept() {
        assertThat(Json.write(Json.read(" { \"b\" : 1 , \"a\" : [ 2 , 3 ] } "))).isEqualTo("{\"b\":1,\"a\":[2,3]}");
    }

    @Test
    void aLineIsALine() {
        assertThat(Json.write("a\nb\r\u2028\u2029\u0085\u007f\u0000"))
                .isEqualTo("\"a\\nb\\r\\u2028\\u2029\u0085\\u007f\\u0000\"");
    }

    @Test
    void loneSurrogatesAndNumbersThatAreNotFiniteAreReplaced() {
        assertThat(Json.write(List.of("x\uD83D", "\uDE00y", Double.NaN, Double.NEGATIVE_INFINITY, 3)))
                .isEqualTo("[\"x\uFFFD\",\"\uFFFDy\",null,null,3]");
    }

    @Test
    void otherTypesAreRefused() {
        assertThatThrownBy(() -> Json.write(List.of(new Object())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a JSON value: java.lang.Object");
    }

    @ParameterizedTest
    @CsvSource({"0,0", "-0,0", "9223372036854775807,9223372036854775807", "-12,-12"})
    void wholeNumbersAreLongs(String text, long number) {
        assertThat(Json.read(text)).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource({"0.5,0.5", "1e3,1000", "9223372036854775808,9223372036854775808", "-1.25E-2,-0.0125"})
    void othersAreDoubles(String text, double number) {
        assertThat(Json.read(text)).isEqualTo(number);
    }

    @Test
    void escapesAreRead() {
        assertThat(Json.read("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\uD83D\\uDE00\""))
                .isEqualTo("\"\\/\b\f\n\r\tä😀");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "[1,]",
                "{\"a\":1,}",
                "{a:1}",
                "{\"a\" 1}",
                "{\"a\":}",
                "'a'",
                "\"a",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\u00e\uFF11\"",
                "\"\t\"",
                "01",
                "1.",
                ".5",
                "+1",
                "-",
                "1e",
                "NaN",
                "Infinity",
                "tru",
                "nul",
                "truefalse",
                "1 2",
                "[1]]",
                "\"\\",
                "\"\\u1",
                "{\"a\":1,\"a\":2}",
                "\uFEFF1",
                "\u00a01"
            })
    void otherTextsAreRefused(String text) {
        assertThatThrownBy(() -> Json.read(text))
                .isInstanceOf(JsonException.class)
                .hasMessageMatching(".+ at character \\d+");
    }

    @Test
    void nestingIsBounded() {
        assertThatCode(() -> Json.read("[".repeat(64) + "]".repeat(64))).doesNotThrowAnyException();
        assertThatThrownBy(() -> Json.read("[".repeat(100_000))).hasMessage("nested too deep at character 64");
    }

    @Test
    void aNumberOfAnyLengthIsBounded() {
        assertThatThrownBy(() -> Json.read("1".repeat(100_000))).isInstanceOf(JsonException.class);
    }

    @Test
    void randomTextsAreReadOrRefusedAndNothingElse() {
        Random random = new Random(20_261_201);
        String valid = "{\"a\":[1,-2.5e3,true,null,\"x\\u00e4\\n\"],\"b\":{\"c\":\"d\"}}";
        List<String> outcomes = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(valid);
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, (char) random.nextInt(0x100));
                    case 1 -> text.deleteCharAt(at);
                    default -> text.insert(at, text.charAt(random.nextInt(text.length())));
                }
            }
            try {
                Object value = Json.read(text.toString());
                assertThat(Json.read(Json.write(value))).isEqualTo(value);
                outcomes.add("read");
            } catch (JsonException e) {
                outcomes.add("refused");
            }
        }
        assertThat(outcomes).contains("read", "refused");
    }
}
