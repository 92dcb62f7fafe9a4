package dev.prefork.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberTextTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, -0.0",
        "1, 1",
        "-17, -17",
        "0.5, 0.5",
        "1e15, 1000000000000000",
        "9007199254740991, 9007199254740991",
        "-9007199254740991, -9007199254740991",
        "9007199254740992, 9.007199254740992E15",
        "1e300, 1.0E300",
        "1e-9, 1.0E-9",
        "NaN, NaN",
        "Infinity, +Inf",
        "-Infinity, -Inf",
    })
    void aValueIsAsShortAsItIsExact(double value, String text) {
        assertThat(written(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.0",
        "1, 1.0",
        "-1, -1.0",
        "0.1, 0.1",
        "0.005, 0.005",
        "0.001, 0.001",
        "0.0001, 0.0001",
        "0.00025, 0.00025",
        "0.00001, 1e-05",
        "0.000025, 2.5e-05",
        "1e-10, 1e-10",
        "10, 10.0",
        "100000, 100000.0",
        "999999.5, 999999.5",
        "1e6, 1e+06",
        "1234567, 1.234567e+06",
        "1e7, 1e+07",
        "1e10, 1e+10",
        "-2.5e8, -2.5e+08",
        "1e100, 1e+100",
    })
    void aBoundIsCanonical(double bound, String text) {
        assertThat(NumberText.bound(bound)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyNumberIsReadAsItWasWritten(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());

            assertThat(read(written(value))).as("seed %d", seed).isEqualTo(Double.valueOf(value));
            if (Double.isFinite(value)) {
                assertThat(read(NumberText.bound(value))).as("seed %d", seed).isEqualTo(value);
            }
        }
    }

    private static double read(String text) {
        Decimal decimal = new Decimal();
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        assertThat(decimal.read(bytes, 0, bytes.length)).as(text).isTrue();
        return decimal.value();
    }

    private static String written(double value) {
        StringBuilder text = new StringBuilder();
        NumberText.append(value, text);
        return text.toString();
    }
}
