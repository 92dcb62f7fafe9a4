package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OriginTest {
    private static final Origin COMMAND_LINE = new Origin(Origin.Kind.COMMAND_LINE, "--workers", "");
    private static final Origin DEFAULT = new Origin(Origin.Kind.DEFAULT, "--workers", "default");

    private static final Origin FILE =
            new Origin(Origin.Kind.APPLICATION_PROPERTIES, "prefork.workers", "config/application.properties");

    @Test
    void anOriginIsNamedAsItsUserWroteIt() {
        assertThat(COMMAND_LINE).hasToString("--workers");
        assertThat(DEFAULT).hasToString("--workers (default)");
        assertThat(FILE).hasToString("prefork.workers (config/application.properties)");
    }

    @Test
    void anAssignmentIsWrittenAsItsUserWroteIt() {
        assertThat(COMMAND_LINE.with("2")).isEqualTo("--workers 2");
        assertThat(DEFAULT.with("2")).isEqualTo("--workers 2 (default)");
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
