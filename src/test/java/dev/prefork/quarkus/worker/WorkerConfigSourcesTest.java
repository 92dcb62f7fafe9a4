package dev.prefork.quarkus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
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
    void noSettingsOfThisBuildLeakIntoDependents() {
        // Quarkus reads such a file from every jar on the class path, below the application's own.
        assertThat(getClass().getResource("/application.properties")).isNull();
        assertThat(getClass().getResource("/META-INF/microprofile-config.properties"))
                .as("which costs each start more than its content is worth")
                .isNull();
    }
}
