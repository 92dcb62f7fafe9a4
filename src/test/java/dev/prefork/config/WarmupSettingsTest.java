package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmupSettingsTest {
    @TempDir
    Path directory;

    private Places places() {
        return new Places(directory);
    }

    @Test
    void aBuiltInWorkerIsToldOfIt() {
        Settings settings = places().option(Options.WARMUP, "/a,/b?c").load();

        assertThat(settings.get(Options.WARMUP)).containsExactly("/a", "/b?c");
        assertThat(Places.told(settings))
                .containsEntry("PREFORK_WARMUP", "/a,/b?c")
                .containsEntry("PREFORK_WARMUP_REQUESTS", "200")
                .containsEntry("PREFORK_START_TIMEOUT", "60s");
    }

    @Test
    void withoutAPathItIsToldNothing() {
        assertThat(Places.told(places().load()))
                .doesNotContainKeys("PREFORK_WARMUP", "PREFORK_WARMUP_REQUESTS", "PREFORK_START_TIMEOUT");
    }

    @Test
    void aJavaProgramMayHaveUsAsADependency() {
        Settings settings = places().option(Options.WARMUP, "/a").load("java", "-jar", "app.jar");

        assertThat(Places.told(settings)).containsEntry("PREFORK_WARMUP", "/a");
    }

    @Test
    void anyOtherCommandCannotWarmItselfUp() {
        assertThatThrownBy(() -> places().option(Options.WARMUP, "/a").load("gunicorn"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("--warmup /a has no effect on this command")
                .hasMessageContaining("leave it out");
    }

    /** A worker sends them to the server that has the master's listener. */
    @Test
    void withoutAListenerThereIsNoServerToAsk() {
        assertThatThrownBy(() -> places().option(Options.WARMUP, "/a")
                        .option(Options.LISTEN, "none")
                        .load("java", "-jar", "a.jar"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("--warmup /a has no effect with --listen none")
                .hasMessageContaining("leave one of them out");
    }

    @Test
    void aNumberWithoutAPathHasNoEffect() {
        assertThatThrownBy(() -> places().option(Options.WARMUP_REQUESTS, "5").load())
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("--warmup-requests 5 has no effect without a path");
    }
}
