package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OriginTest {
    private static final Origin FILE =
            new Origin(Origin.Kind.APPLICATION_PROPERTIES, "prefork.workers", "config/application.properties");

    @Test
    void anOriginIsNamedAsItsUserWroteIt() {
        assertThat(Origin.commandLine(Setting.WORKERS)).hasToString("--workers");
        assertThat(Origin.byDefault(Setting.WORKERS)).hasToString("--workers (default)");
        assertThat(FILE).hasToString("prefork.workers (config/application.properties)");
    }

    @Test
    void anAssignmentIsWrittenAsItsUserWroteIt() {
        assertThat(Origin.commandLine(Setting.WORKERS).with("2")).isEqualTo("--workers 2");
        assertThat(Origin.byDefault(Setting.WORKERS).with("2")).isEqualTo("--workers 2 (default)");
        assertThat(FILE.with("2")).isEqualTo("prefork.workers=2 (config/application.properties)");
        assertThat(new Origin(Origin.Kind.ENVIRONMENT, "PREFORK_WORKERS", "").with("2"))
                .isEqualTo("PREFORK_WORKERS=2");
    }

    @Test
    void kindsAreInOrderOfPrecedence() {
        assertThat(Origin.Kind.values())
                .containsExactly(
                        Origin.Kind.COMMAND_LINE,
                        Origin.Kind.SYSTEM_PROPERTY,
                        Origin.Kind.ENVIRONMENT,
                        Origin.Kind.APPLICATION_PROPERTIES,
                        Origin.Kind.DEFAULT);
    }
}
