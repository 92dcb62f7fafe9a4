package dev.prefork.quarkus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class WorkerConfigSourcesTest {
    @Test
    void theServiceLoaderFindsIt() {
        assertThat(ServiceLoader.load(ConfigSourceFactory.class)).hasAtLeastOneElementOfType(WorkerConfigSources.class);
    }

    @Test
    void aProcessThatIsNoWorkerKeepsItsConfiguration() {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withSources(new WorkerConfigSources())
                .withDefaultValue("quarkus.http.port", "8080")
                .build();
        assertThat(config.getValue("quarkus.http.port", int.class)).isEqualTo(8080);
        assertThat(config.getConfigSources())
                .noneMatch(source -> source.getName().startsWith("prefork worker"));
        assertThat(config.getOptionalValue("quarkus.shutdown.timeout", String.class))
                .isEmpty();
    }

    @Test
    void whatDependentsGetByDefaultIsNoMoreThanIsNeeded() throws IOException {
        Properties defaults = new Properties();
        try (InputStream file = getClass().getResourceAsStream("/META-INF/microprofile-config.properties")) {
            defaults.load(file);
        }
        assertThat(defaults)
                .containsOnlyKeys(
                        "quarkus.management.enabled",
                        "quarkus.vertx.prefer-native-transport",
                        "quarkus.shutdown.delay-enabled");
    }

    @Test
    void noSettingsOfThisBuildLeakIntoDependents() {
        // Quarkus reads such a file from every jar on the class path, below the application's own.
        assertThat(getClass().getResource("/application.properties")).isNull();
    }
}
