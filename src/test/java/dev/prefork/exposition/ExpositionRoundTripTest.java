package dev.prefork.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written is read again as it was. A failure tells its seed, and the seed is all that it depends on. */
class ExpositionRoundTripTest {
    private static final int EACH = 40;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 25);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void openMetricsLosesNothing(long seed) {
        RandomExpositions random = new RandomExpositions(seed);
        for (int i = 0; i < EACH; i++) {
            Exposition before = random.next();
            byte[] text = ExpositionWriter.write(before, Format.OPENMETRICS);
            Parsed after = ExpositionParser.parse(text, Integer.MAX_VALUE);

            assertSame(after, before, text, "seed " + seed + ", exposition " + i);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void plainTextLosesOnlyUnitsAndWhatAnInfoIs(long seed) {
        RandomExpositions random = new RandomExpositions(seed);
        for (int i = 0; i < EACH; i++) {
            Exposition before = random.next();
            byte[] text = ExpositionWriter.write(before, Format.PROMETHEUS);
            Parsed after = ExpositionParser.parse(text, Integer.MAX_VALUE);

            assertSame(after, inPlainText(before), text, "seed " + seed + ", exposition " + i);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void writingTwiceGivesTheSameBytes(long seed) {
        Exposition exposition = new RandomExpositions(seed).next();
        for (Format format : Format.values()) {
            byte[] once = ExpositionWriter.write(exposition, format);
            byte[] twice = ExpositionWriter.write(
                    ExpositionParser.parse(once, 1_000_000).exposition(), format);

            if (format == Format.OPENMETRICS) {
                assertThat(new String(twice, StandardCharsets.UTF_8))
                        .as("seed %d", seed)
                        .isEqualTo(new String(once, StandardCharsets.UTF_8));
            } else {
                assertThat(twice).as("seed %d", seed).hasSameSizeAs(once);
            }
        }
    }

    @Test
    void theRandomExpositionsHoldAllKindsAndMoreThanAFewSeries() {
        RandomExpositions random = new RandomExpositions(1);
        List<Family> families = LongStream.range(0, EACH)
                .boxed()
                .flatMap(i -> random.next().shape().families().stream())
                .toList();

        assertThat(families).extracting(Family::kind).contains(Kind.values());
        assertThat(families).anyMatch(family -> family.rows().size() > 3);
        assertThat(families).anyMatch(family -> !family.unit().isEmpty());
        assertThat(families).anyMatch(family -> family.help().contains("\n"));
    }

    private static Exposition inPlainText(Exposition exposition) {
        List<Family> families = exposition.shape().families().stream()
                .map(family -> new Family(
                        family.name(),
                        family.kind() == Kind.INFO ? Kind.GAUGE : family.kind(),
                        family.help(),
                        "",
                        family.rows()))
                .toList();
        return new Exposition(new Shape(families), exposition.values());
    }

    private static void assertSame(Parsed after, Exposition before, byte[] text, String which) {
        String described = which + ":\n" + new String(text, StandardCharsets.UTF_8);
        assertThat(after.problems()).as(described).isEmpty();
        assertThat(after.exposition().shape()).as(described).isEqualTo(before.shape());
        assertThat(after.exposition().values()).as(described).containsExactly(before.values());
        assertThat(after.exposition()).isEqualTo(before);
    }
}
