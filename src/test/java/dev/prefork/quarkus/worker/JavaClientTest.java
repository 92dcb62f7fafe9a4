package dev.prefork.quarkus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JavaClientTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "11.0.22",
                "17.0.15",
                "17",
                "17.0.16.1",
                "17.1.20",
                "18.0.9",
                "21.0.7",
                "21.0.7-ea",
                "24.0.2",
                "x",
                ""
            })
    void anOldOneLosesRequests(String version) {
        assertThat(JavaClient.losesRequestsAtGoAway("Java-http-client/" + version))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"17.0.17", "17.0.18", "21.0.8", "21.0.10.1", "25", "25-ea", "25.0.1", "26"})
    void aMendedOneDoesNot(String version) {
        assertThat(JavaClient.losesRequestsAtGoAway("Java-http-client/" + version))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"curl/8.1", "Java/17.0.15", "envoy Java-http-client/17.0.15", ""})
    void othersAreNone(String userAgent) {
        assertThat(JavaClient.losesRequestsAtGoAway(userAgent)).isFalse();
    }

    @Test
    void whoDoesNotSayIsNone() {
        assertThat(JavaClient.losesRequestsAtGoAway(null)).isFalse();
    }
}
