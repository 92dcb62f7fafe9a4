package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingSourcesTest {

    @TempDir
    Path directory;

    @Test
    void aKeyThatIsNowhereIsNotFound() {
        assertThat(new Places(directory).sources().find("prefork.workers")).isEmpty();
    }

    @Test
    void aKeyIsFoundWithItsOriginAndTheStrengthOfItsPlace() {
        Places places = new Places(directory).classPath("prefork.workers=1").file("prefork.backlog=2");
        SettingSources sources = places.variable("PREFORK_READY", "auto")
                .property("prefork.min-ready", "3")
                .sources();

        assertThat(sources.find("prefork.workers").orElseThrow().ordinal())
                .isLessThan(sources.find("prefork.backlog").orElseThrow().ordinal());
        assertThat(sources.find("prefork.backlog").orElseThrow().ordinal())
                .isLessThan(sources.find("prefork.ready").orElseThrow().ordinal());
        assertThat(sources.find("prefork.ready").orElseThrow().ordinal())
                .isLessThan(sources.find("prefork.min-ready").orElseThrow().ordinal());
        assertThat(sources.find("prefork.ready").orElseThrow())
                .isEqualTo(new SettingSources.Found(
                        "auto", 300, new Origin(Origin.Kind.ENVIRONMENT, "PREFORK_READY", "")));
    }

    @Test
    void keysAreListedWithoutTheirProfilesAndFromTheStrongestPlaceOnly() {
        SettingSources sources = new Places(directory)
                .property("prefork.a", "1")
                .property("unrelated", "1")
                .variable("PREFORK_V", "1")
                .file("prefork.a=2\n%prod.prefork.b=2\nquarkus.log.level=INFO\n")
                .classPath("prefork.c=3\n%dev,test.prefork.d=3\n")
                .sources();

        assertThat(sources.preforkKeys())
                .isEqualTo(Map.of(
                        "prefork.a", "system property",
                        "prefork.b", "config/application.properties",
                        "prefork.c", "application.properties",
                        "prefork.d", "application.properties"));
    }

    @Test
    void aFileIsReadAsUtf8() {
        SettingSources sources = new Places(directory)
                .file("prefork.listen=unix:///run/käse.sock\n")
                .sources();

        assertThat(sources.find("prefork.listen").orElseThrow().text()).isEqualTo("unix:///run/käse.sock");
    }

    @Test
    void whatChangesLaterInTheSystemPropertiesDoesNotMatter() {
        Places places = new Places(directory).property("prefork.workers", "2");
        SettingSources sources = places.sources();

        places.property("prefork.workers", "3");

        assertThat(sources.find("prefork.workers").orElseThrow().text()).isEqualTo("2");
    }

    @Test
    void theEnvironmentIsKeptAsItWasGiven() {
        assertThat(new Places(directory).variable("A", "b").sources().environment())
                .isEqualTo(Map.of("A", "b"));
    }
}
