package dev.prefork.quarkus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.DurationText;
import dev.prefork.config.Option;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GracePeriodTest {
    @Test
    void withoutAWordFromTheMasterItIsTheDefaults() {
        assertThat(GracePeriod.of(Map.of())).isEqualTo(Duration.ofMillis(18_000));
    }

    @ParameterizedTest
    @CsvSource({"10s,PT9S", "1m,PT54S", "500ms,PT0.45S", "30,PT27S", "PT5S,PT4.5S", "' 10s ',PT9S"})
    void aTenthOfWhatTheMasterGrantsIsLeftForTheWayOut(String granted, Duration expected) {
        assertThat(of(granted)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "0s", "-5s", "10 seconds"})
    void whatIsNoDurationIsTheDefault(String granted) {
        assertThat(of(granted)).isEqualTo(Duration.ofMillis(18_000));
    }

    @Test
    void noConnectionIsLingeredForLongerThanATenth() {
        assertThat(GracePeriod.lastRequests(Map.of())).isEqualTo(Duration.ofMillis(500));
        assertThat(GracePeriod.lastRequests(Map.of("PREFORK_SHUTDOWN_GRACE_PERIOD", "1s")))
                .isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void aWorkersStartDoesNotLoadTheListOfOptions() throws Exception {
        List<String> found = new ArrayList<>();
        URL[] classes = {Path.of("target/classes").toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(classes, null) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                found.add(name);
                return super.findClass(name);
            }
        }) {
            Method method = loader.loadClass(GracePeriod.class.getName()).getDeclaredMethod("of", Map.class);
            method.setAccessible(true);
            assertThat(method.invoke(null, Map.of())).isEqualTo(Duration.ofSeconds(18));
        }

        assertThat(found)
                .containsExactlyInAnyOrder(
                        GracePeriod.class.getName(), Option.class.getName(), DurationText.class.getName());
    }

    private static Duration of(String granted) {
        return GracePeriod.of(Map.of("PREFORK_SHUTDOWN_GRACE_PERIOD", granted));
    }
}
