package dev.prefork.exposition;

import static dev.prefork.exposition.Sample.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a worker sends is read to its end, soon, and what comes of it can be written. */
class ExpositionHostileTest {
    /** Generous: what is quadratic takes hours at these sizes. */
    private static final Duration SOON = Duration.ofSeconds(60);

    private static final String[] FRAGMENTS = {
        "\n",
        "\r\n",
        "\"",
        "\\",
        "{",
        "}",
        ",",
        "=",
        "#",
        "# TYPE ",
        "# HELP ",
        " histogram",
        " counter",
        "_bucket",
        "_count",
        "_sum",
        "le=\"",
        "+Inf",
        "NaN",
        "-0",
        "1e999",
        "\u0000",
        "\u00ff",
        " # {",
        "_total",
        "# EOF\n",
        "9".repeat(40)
    };

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 30);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void mutatedTextIsReadAndWhatComesOfItCanBeWritten(long seed) {
        Random random = new Random(seed);
        RandomExpositions expositions = new RandomExpositions(seed);
        for (int i = 0; i < 100; i++) {
            Format format = Format.values()[random.nextInt(2)];
            byte[] body = ExpositionWriter.write(expositions.next(), format);
            for (int n = 1 + random.nextInt(8); n > 0; n--) {
                body = mutated(body, random);
            }
            assertSound(body, "seed " + seed + ", text " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyTruncationIsRead(long seed) {
        for (Format format : Format.values()) {
            byte[] body = ExpositionWriter.write(new RandomExpositions(seed).next(), format);
            for (int length = 0; length <= body.length; length++) {
                assertSound(Arrays.copyOf(body, length), "seed " + seed + ", length " + length);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noiseIsRead(long seed) {
        Random random = new Random(seed);
        byte[] noise = new byte[20_000];
        random.nextBytes(noise);
        assertSound(noise, "seed " + seed);
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (byte) "ab_{}=\",\\ \n#1.e+-N".charAt(random.nextInt(18));
        }
        assertSound(noise, "seed " + seed);
    }

    @Test
    void anEmptyBodyIsNothing() {
        assertThat(Sample.parse("").exposition()).isEqualTo(Exposition.EMPTY);
        assertThat(Sample.parse("").problems()).isEmpty();
    }

    @Test
    void badUtf8IsReplaced() {
        byte[] body = "x{a=\"?\",b=\"?\"} 1\n# HELP x ?\n".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < body.length; i++) {
            body[i] = body[i] == '?' ? (byte) 0xc3 : body[i];
        }
        Parsed parsed = Sample.parse(body);

        assertThat(parsed.problems()).isEmpty();
        assertThat(lines(parsed.exposition())).containsExactly("UNKNOWN x{a=\"\ufffd\",b=\"\ufffd\"} 1.0");
        assertThat(parsed.exposition().shape().families().get(0).help()).isEqualTo("\ufffd");
    }

    @Test
    void nullBytesAreLettersInValuesAndNowhereElse() {
        Parsed parsed = Sample.parse("x{a=\"\u0000\"} 1\nx\u0000 1\nx{a\u0000=\"1\"} 1\nx 1\u0000\n\u0000\n");

        assertThat(lines(parsed.exposition())).containsExactly("UNKNOWN x{a=\"\u0000\"} 1.0");
        assertThat(parsed.problems()).hasSize(4);
    }

    @Test
    void aHtmlPageIsNoMetrics() {
        Parsed parsed = Sample.parse("<!DOCTYPE html>\n<html><body>\n<h1>404</h1>\n</body></html>\n");

        assertThat(parsed.exposition()).isEqualTo(Exposition.EMPTY);
        assertThat(parsed.problems()).hasSize(4);
    }

    @Test
    void ofAMillionSeriesOnlyTheFirstAreReadAndTheRestIsCounted() {
        byte[] body = bodyOf(1_000_000, i -> "x{i=\"" + i + "\"} 1\n");
        Parsed parsed = assertTimeoutPreemptively(SOON, () -> ExpositionParser.parse(body, 1000));

        assertThat(parsed.exposition().shape().rows()).isEqualTo(1000);
        assertThat(parsed.problems()).containsExactly("999000 samples beyond the first 1000 series were left out");
    }

    @Test
    void aMillionFamiliesAreNotEvenBegunBeyondTheFirst() {
        byte[] body = bodyOf(1_000_000, i -> "x" + i + " 1\n");
        Parsed parsed = assertTimeoutPreemptively(SOON, () -> ExpositionParser.parse(body, 10));

        assertThat(parsed.exposition().shape().families()).hasSize(10);
        assertThat(parsed.problems()).containsExactly("999990 samples beyond the first 10 series were left out");
    }

    @Test
    void seriesThatAreThereStillGetTheirSamplesWhenThereIsNoRoomForMore() {
        Parsed parsed = ExpositionParser.parse(
                "# TYPE h histogram\nh_count 1\nh_count{a=\"1\"} 1\ny 1\nh_sum 2\n".getBytes(StandardCharsets.UTF_8),
                1);

        assertThat(lines(parsed.exposition())).containsExactly("HISTOGRAM h{} 1.0 2.0");
        assertThat(parsed.problems()).containsExactly("2 samples beyond the first 1 series were left out");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void noRoomAtAllIsNothing(int mostRows) {
        Parsed parsed = ExpositionParser.parse("x 1\n".getBytes(StandardCharsets.UTF_8), mostRows);

        assertThat(parsed.exposition()).isEqualTo(Exposition.EMPTY);
        assertThat(parsed.problems()).containsExactly("1 samples beyond the first 0 series were left out");
    }

    @Test
    void theCountOfWhatFoundNoRoomIsToldBeforeAllElse() {
        Parsed parsed = ExpositionParser.parse(("x 1\ny 1\n" + "?\n".repeat(100)).getBytes(StandardCharsets.UTF_8), 1);

        assertThat(parsed.problems()).hasSize(22).startsWith("1 samples beyond the first 1 series were left out");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "x{a=\"1\",",
                "x{a=\"%\"} 1\n",
                "x{a=\"%",
                "x{%",
                "x{a=\"\\%",
                "# HELP x %",
                "# TYPE x %",
                "# TYPE %",
                "# %",
                "%{a=\"b\"} 1\n",
                "x %",
                "x 1 %",
                "x 1 # %",
                "x{a=\"1\"%",
                "%",
                "{%",
                "x{le=\"%\"} 1"
            })
    void linesOfMegabytesAreRead(String line) {
        for (String filling : new String[] {"a", "1", "\\", "\"", ",", " ", "{", "é"}) {
            byte[] body = line.replace("%", filling.repeat(1_000_000)).getBytes(StandardCharsets.UTF_8);
            Parsed parsed = assertTimeoutPreemptively(SOON, () -> Sample.parse(body));

            assertThat(parsed.problems())
                    .allSatisfy(problem -> assertThat(problem).hasSizeLessThan(200));
        }
    }

    @Test
    void aMillionLabelsOfOneSeriesAreRead() {
        for (int step : new int[] {1, -1}) {
            StringBuilder line = new StringBuilder("x{");
            for (int i = 0; i < 1_000_000; i++) {
                line.append('l').append(5_000_000 + step * i).append("=\"1\",");
            }
            byte[] body = line.append("} 1\n").toString().getBytes(StandardCharsets.UTF_8);
            Parsed parsed = assertTimeoutPreemptively(SOON, () -> Sample.parse(body));

            assertThat(parsed.problems()).isEmpty();
            assertThat(parsed.exposition().shape().rows()).isEqualTo(1);
        }
    }

    @Test
    void bucketsInTheWrongOrderAreSorted() {
        byte[] body = bodyOf(
                300_000, i -> i == 0 ? "# TYPE h histogram\nh_count 9\nh_sum 1\n" : "h_bucket{le=\"" + -i + "\"} 1\n");
        Parsed parsed = assertTimeoutPreemptively(SOON, () -> Sample.parse(body));

        assertThat(parsed.problems()).isEmpty();
        assertThat(parsed.exposition().shape().families().get(0).rows().get(0).bounds())
                .isEqualTo(299_999);
    }

    @Test
    void labelsWhoseHashesAreAllTheSameAreReadAsFastAsOthers() {
        // "Aa" and "BB" have one hash, and so have all their mixtures of one length.
        byte[] body = bodyOf(1 << 17, i -> {
            StringBuilder value = new StringBuilder("x{a=\"");
            for (int bit = 0; bit < 17; bit++) {
                value.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            return value.append("\"} 1\n").toString();
        });
        Parsed parsed = assertTimeoutPreemptively(SOON, () -> ExpositionParser.parse(body, Integer.MAX_VALUE));

        assertThat(parsed.exposition().shape().rows()).isEqualTo(1 << 17);
    }

    private static byte[] bodyOf(int count, IntFunction<String> line) {
        StringBuilder text = new StringBuilder();
        IntStream.range(0, count).mapToObj(line).forEach(text::append);
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] mutated(byte[] body, Random random) {
        int at = random.nextInt(body.length + 1);
        int to = Math.min(body.length, at + random.nextInt(30));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(body, 0, at);
        switch (random.nextInt(5)) {
            case 0 -> at = to;
            case 1 -> out.write(body, at, to - at);
            case 2 -> out.write(random.nextInt(256));
            case 3 -> {
                int other = random.nextInt(body.length + 1);
                out.write(body, other, Math.min(body.length - other, random.nextInt(200)));
            }
            default ->
                out.writeBytes(FRAGMENTS[random.nextInt(FRAGMENTS.length)].getBytes(StandardCharsets.ISO_8859_1));
        }
        out.write(body, at, body.length - at);
        return out.toByteArray();
    }

    /** It is read, what is said is short, and what was understood can be written and read again without a problem. */
    private static void assertSound(byte[] body, String which) {
        Supplier<String> described = () -> which + ":\n" + new String(body, StandardCharsets.UTF_8);
        Parsed parsed = ExpositionParser.parse(body, 50);

        assertThat(parsed.exposition().shape().rows()).as(described).isLessThanOrEqualTo(50);
        assertThat(parsed.problems()).as(described).hasSizeLessThan(23).noneMatch(problem -> problem.contains("\n"));
        byte[] plain = ExpositionWriter.write(parsed.exposition(), Format.PROMETHEUS);
        Parsed again = ExpositionParser.parse(plain, 50);
        assertThat(again.problems()).as(described).isEmpty();
        assertThat(again.exposition().values())
                .as(described)
                .hasSizeLessThanOrEqualTo(parsed.exposition().values().length);
        byte[] open = ExpositionWriter.write(parsed.exposition(), Format.OPENMETRICS);
        assertThat(ExpositionParser.parse(open, 50).problems()).as(described).isEmpty();
    }
}
