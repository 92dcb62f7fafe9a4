package dev.prefork.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** A worker that is probed or scraped may answer anything: a response, or none; more bytes never make another of it. */
public final class ResponseFuzz {
    private ResponseFuzz() {}

    public static void fuzzerTestOneInput(byte[] arrived) {
        Optional<Response> response = Response.parse(arrived);
        if (response.isEmpty()) {
            return;
        }
        Response read = response.get();
        assertThat(Response.isPossible(arrived)).isTrue();
        assertThat(Response.status(arrived)).hasValue(read.status());
        assertThat(Response.parse(Arrays.copyOf(arrived, arrived.length + 1))).contains(read);
        assertThat(read.total()).isGreaterThanOrEqualTo(read.start());
        try {
            assertThat(read.body(arrived).length).isLessThanOrEqualTo(arrived.length);
        } catch (IOException truncated) {
            assertThat(truncated).hasMessageMatching(".+");
        }
    }
}
