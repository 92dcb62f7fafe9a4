package dev.prefork.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

/** A scraper's headers Accept and Accept-Encoding may hold anything: there is an answer to each. */
public final class AcceptFuzz {
    private AcceptFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String header = new String(input, StandardCharsets.ISO_8859_1);
        assertThat(Format.negotiate(header)).isNotNull();
        assertThat(Format.takesGzip(header)).isEqualTo(Format.takesGzip(header));
    }
}
