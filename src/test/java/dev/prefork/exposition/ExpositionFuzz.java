package dev.prefork.exposition;

import static org.assertj.core.api.Assertions.assertThat;

/** A worker may answer a scrape with anything: what is taken of it is written so that it is read again without a problem. */
public final class ExpositionFuzz {
    private static final int MOST_ROWS = 500;

    private ExpositionFuzz() {}

    public static void fuzzerTestOneInput(byte[] body) {
        Exposition taken = ExpositionParser.parse(body, MOST_ROWS).exposition();
        for (Format format : Format.values()) {
            byte[] written = ExpositionWriter.write(taken, format);
            Parsed again = ExpositionParser.parse(written, 2 * MOST_ROWS);
            assertThat(again.problems()).isEmpty();
            assertThat(ExpositionWriter.write(again.exposition(), format)).isEqualTo(written);
        }
    }
}
