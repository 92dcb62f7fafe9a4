package dev.prefork.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The reference says what the program does: each setting with its three names and its default, and none that is not there. */
class ConfigurationDocTest {
    private static final Pattern ROW = Pattern.compile(
            "(?m)^\\| `(--[a-z-]+)([^`]*)` \\| `(prefork\\.[a-z-]+)` \\| `(PREFORK_[A-Z_]+)` \\| ([^|]*) \\| ([^|]+) \\|$");

    private final List<MatchResult> rows = ROW.matcher(reference()).results().toList();

    private static String reference() {
        try {
            return Files.readString(Path.of("docs/CONFIGURATION.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MatchResult row(Setting setting) {
        return rows.stream()
                .filter(row -> row.group(1).equals(setting.option()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(setting.option() + " has no row"));
    }

    @ParameterizedTest
    @EnumSource
    void everySettingIsThereByAllItsNames(Setting setting) {
        MatchResult row = row(setting);

        assertThat(row.group(2).strip().replace("\\|", "|")).isEqualTo(setting.placeholder());
        assertThat(row.group(3)).isEqualTo(setting.property());
        assertThat(row.group(4)).isEqualTo(setting.variable());
    }

    @ParameterizedTest
    @EnumSource
    void itsDefaultIsTheOneThatHelpShows(Setting setting) {
        String shown = row(setting).group(5);
        switch (setting) {
            case RECOVER_THRESHOLD -> assertThat(shown).isEqualTo("half the workers, at least 1");
            case READY -> assertThat(shown).isEqualTo("built-in: `notify`; a command: `auto`");
            default ->
                assertThat(shown).isEqualTo(setting.defaultText().isEmpty() ? "–" : "`" + setting.defaultText() + "`");
        }
    }

    @Test
    void nothingElseIsThere() {
        assertThat(rows).hasSize(Setting.values().length);
        assertThat(rows)
                .allSatisfy(row -> assertThat(Stream.of(Setting.values()).map(Setting::option))
                        .contains(row.group(1)));
    }
}
