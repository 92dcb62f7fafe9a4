package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BootCacheModeTest {
    @ParameterizedTest
    @ValueSource(strings = {"auto", "off", "/cache/prefork"})
    void isWrittenAsItIsRead(String text) {
        assertThat(BootCacheMode.parse(text)).hasToString(text);
    }

    @Test
    void knowsThePlaceThatWasNamed() {
        assertThat(BootCacheMode.parse("/c")).isEqualTo(new BootCacheMode(true, Optional.of(Path.of("/c"))));
        assertThat(BootCacheMode.parse("auto").directory()).isEmpty();
        assertThat(BootCacheMode.parse("off").on()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cache", "", "on", "./cache"})
    void refusesWhatIsNoAbsolutePath(String text) {
        assertThatThrownBy(() -> BootCacheMode.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("give auto, off, or a directory");
    }
}
