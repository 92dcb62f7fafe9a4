package dev.prefork.quarkus.master;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class MasterConfigSourcesTest {

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(ConfigSourceFactory.class))
                .anyMatch(factory -> factory instanceof MasterConfigSources);
    }

    @Test
    void saysNothingInAProcessThatIsNoMaster() {
        assertThat(new MasterConfigSources().getConfigSources(null)).isEmpty();
    }

    @Test
    void keepsTheProfilesOfAProcessThatIsNoMaster() {
        assertThat(ServiceLoader.load(SmallRyeConfigBuilderCustomizer.class))
                .anyMatch(customizer -> customizer instanceof MasterConfigSources);
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder().withProfile("prod");
        new MasterConfigSources().configBuilder(builder);

        assertThat(builder.getProfiles()).containsExactly("prod");
    }

    @Test
    void aMasterServesNoRequests() {
        assertThat(MasterConfigSources.facts(false))
                .containsEntry("quarkus.http.host-enabled", "false")
                .containsEntry("quarkus.http.domain-socket-enabled", "false");
    }

    @Test
    void socketsOfTheJdkAreServedByTheTransportOfTheJdk() {
        assertThat(MasterConfigSources.facts(true)).containsEntry("quarkus.vertx.prefer-native-transport", "false");
        assertThat(MasterConfigSources.facts(false)).doesNotContainKey("quarkus.vertx.prefer-native-transport");
    }

    @Test
    void aMasterWritesNoFiles() {
        assertThat(MasterConfigSources.facts(false))
                .containsEntry("quarkus.management.body.handle-file-uploads", "false")
                .containsEntry("quarkus.vertx.classpath-resolving", "false")
                .containsEntry("quarkus.vertx.caching", "false");
    }
}
