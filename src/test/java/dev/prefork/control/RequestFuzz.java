package dev.prefork.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

/** A request is understood or refused in words; what is understood is written as it was meant. */
public final class RequestFuzz {
    private RequestFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        try {
            Request request = Request.parse(new String(input, StandardCharsets.UTF_8));
            assertThat(Request.parse(request.text())).isEqualTo(request);
        } catch (BadMessageException refused) {
            assertThat(refused).hasMessageMatching("(?s).+");
        }
    }
}
