package dev.prefork.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalTest {
    private final Decimal decimal = new Decimal();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "+1",
                "1.",
                ".5",
                "-.5",
                "1e3",
                "1E3",
                "1e+3",
                "1.5e-3",
                "1e22",
                "1e23",
                "9007199254740993",
                "123456789012345678901234567890",
                "0.1000000000000000055511151231257827",
                "1e-22",
                "1e-23",
                "4.9e-324",
                "1.7976931348623157e308",
                "1e309",
                "1e-400",
                "-1e309",
                "1e99999999999",
                "1e-99999999999",
                "00012",
                "0e0",
                "1.616161616161e9",
                "0.00000000000000000000000000000000001",
                "9223372036854775807",
                "92233720368547758079",
            })
    void itReadsWhatJavaReadsInTheSameWay(String text) {
        assertThat(read(text)).isTrue();
        assertThat(decimal.value()).isEqualTo(Double.parseDouble(text));
    }

    @ParameterizedTest
    @CsvSource({
        "NaN, NaN",
        "nan, NaN",
        "Inf, Infinity",
        "+Inf, Infinity",
        "-Inf, -Infinity",
        "inf, Infinity",
        "+infinity, Infinity",
        "-INFINITY, -Infinity",
    })
    void itReadsTheWordsThatGoReads(String text, double value) {
        assertThat(read(text)).isTrue();
        assertThat(decimal.value()).isEqualTo(Double.valueOf(value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "+",
                "-",
                ".",
                "-.",
                "e",
                "e5",
                ".e5",
                "1e",
                "1e+",
                "1e-",
                "1e5.",
                "1e5e5",
                "1..2",
                "1.2.3",
                "--1",
                "+-1",
                "1d",
                "1f",
                "0x10",
                "0x1p3",
                "1_000",
                "1,5",
                "1 ",
                " 1",
                "Infinit",
                "infinityy",
                "+-Inf",
                "-NaN",
                "N",
                "½",
                "١",
                "1\u0000",
                "NaN0",
            })
    void whatOthersWouldTakeForANumberIsNone(String text) {
        assertThat(read("7")).isTrue();
        assertThat(read(text)).isFalse();
        assertThat(decimal.value()).isEqualTo(7);
    }

    @Test
    void onlyTheGivenBytesAreRead() {
        byte[] bytes = "12345".getBytes(StandardCharsets.US_ASCII);

        assertThat(decimal.read(bytes, 1, 3)).isTrue();
        assertThat(decimal.value()).isEqualTo(23);
        assertThat(decimal.read(bytes, 3, 3)).isFalse();
    }

    @Test
    void aNumberOfMoreDigitsThanCanMatterIsNone() {
        assertThat(read("1" + "0".repeat(300) + "." + "3".repeat(600))).isTrue();
        assertThat(read("1" + "0".repeat(1000))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void roundingIsCorrectAtEveryLength(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
            for (int n = 1 + random.nextInt(20); n > 0; n--) {
                text.append(random.nextInt(10));
            }
            text.insert(text.length() - random.nextInt(text.length() - (text.charAt(0) == '-' ? 1 : 0)), ".");
            if (random.nextBoolean()) {
                text.append('e').append(random.nextInt(60) - 30);
            }
            assertThat(read(text.toString())).as("seed %d: %s", seed, text).isTrue();
            assertThat(decimal.value()).as("seed %d: %s", seed, text).isEqualTo(Double.parseDouble(text.toString()));
        }
    }

    private boolean read(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return decimal.read(bytes, 0, bytes.length);
    }
}
