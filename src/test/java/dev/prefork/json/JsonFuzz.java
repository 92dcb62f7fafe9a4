package dev.prefork.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

/** A text is JSON or is refused; what was read is written so that it is read again as the same. */
public final class JsonFuzz {
    private JsonFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Object value;
        try {
            value = Json.read(new String(input, StandardCharsets.UTF_8));
        } catch (JsonException refused) {
            return;
        }
        String written = Json.write(value);
        assertThat(Json.write(Json.read(written))).isEqualTo(written);
        assertThat(written.chars().noneMatch(c -> c < ' ')).isTrue();
    }
}
