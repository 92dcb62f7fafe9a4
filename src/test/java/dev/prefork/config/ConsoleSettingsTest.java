package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleSettingsTest {
    @TempDir
    Path directory;

    private ConsoleSettings of(Places places) {
        return places.load().console();
    }

    @Test
    void nothingIsConfiguredByDefaultNorByOtherSettingsOfTheLog() {
        assertThat(of(new Places(directory))).isEqualTo(new ConsoleSettings(false, false));
        assertThat(of(new Places(directory).property("quarkus.log.level", "DEBUG")))
                .isEqualTo(new ConsoleSettings(false, false));
    }

    @Test
    void aPropertyAVariableAndAFileConfigureIt() {
        assertThat(of(new Places(directory).property("quarkus.log.console.format", "%s%n"))
                        .configured())
                .isTrue();
        assertThat(of(new Places(directory).variable("QUARKUS_LOG_CONSOLE_LEVEL", "WARN"))
                        .configured())
                .isTrue();
        assertThat(of(new Places(directory).file("quarkus.log.console.stderr=true\n")))
                .isEqualTo(new ConsoleSettings(true, false));
    }

    @Test
    void eitherNameSwitchesItOff() {
        assertThat(of(new Places(directory).property("quarkus.log.console.enabled", "false"))
                        .disabled())
                .isTrue();
        assertThat(of(new Places(directory).property("quarkus.log.console.enable", "false"))
                        .disabled())
                .isTrue();
        assertThat(of(new Places(directory).property("quarkus.log.console.enabled", "true"))
                        .disabled())
                .isFalse();
    }
}
