package dev.prefork.quarkus.common;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class BuildDefaultsTest {
    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(ConfigSourceFactory.class)).anyMatch(factory -> factory instanceof BuildDefaults);
    }

    @Test
    void whatDependentsGetByDefaultIsNoMoreThanIsNeeded() {
        assertThat(BuildDefaults.VALUES).containsOnlyKeys("quarkus.shutdown.delay-enabled");
    }

    @Test
    void theApplicationsOwnFileOfTheLowestRankWins() {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withSources(new BuildDefaults())
                .withSources(new PropertiesConfigSource(
                        Map.of("quarkus.shutdown.delay-enabled", "false"), "the application", 100))
                .build();

        assertThat(config.getValue("quarkus.shutdown.delay-enabled", boolean.class))
                .isFalse();
    }
}
