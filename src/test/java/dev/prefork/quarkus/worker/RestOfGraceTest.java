package dev.prefork.quarkus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestOfGraceTest {
    @ParameterizedTest
    @CsvSource({
        "PT18S, PT0S, PT18S, PT0S, PT18S",
        "PT18S, PT0S, PT5S, PT0S, PT5S",
        "PT2S, PT0S, PT5S, PT0S, PT2S",
        "PT18S, PT3S, PT5S, PT3S, PT2S",
        "PT18S, PT9S, PT5S, PT5S, PT0S",
        "PT18S, PT3S, PT0S, PT0S, PT0S",
        "PT18S, PT3S, PT-1S, PT0S, PT0S",
    })
    void bothWaitsHoldWhatIsLeft(
            String timeout, String delay, Duration left, Duration stillDelay, Duration stillTimeout) {
        Config config = new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(
                        Map.of("quarkus.shutdown.timeout", timeout, "quarkus.shutdown.delay", delay), "test", 100))
                .build();
        RestOfGrace rest = RestOfGrace.of(config, left);
        assertThat(rest.delay()).hasValue(stillDelay);
        assertThat(rest.timeout()).hasValue(stillTimeout);
        assertThat(rest.isTimeoutEnabled()).isEqualTo(!stillTimeout.isZero());
    }
}
