package dev.prefork.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Option;
import dev.prefork.config.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference says what the program does: each setting with its three names and its default, and none that is not there. */
class ConfigurationDocTest {
    private static final Pattern ROW = Pattern.compile(
            "(?m)^\\| `(--[a-z-]+)([^`]*)` \\| `(prefork\\.[a-z-]+)` \\| `(PREFORK_[A-Z_]+)` \\| (.*) \\|$");

    private final List<MatchResult> rows = ROW.matcher(reference()).results().toList();

    private static String reference() {
        try {
            return Files.readString(Path.of("docs/CONFIGURATION.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MatchResult row(Option<?> option) {
        return rows.stream()
                .filter(row -> row.group(1).equals(option.word()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(option.word() + " has no row"));
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.config.Options#all")
    void everySettingIsThereByAllItsNames(Option<?> option) {
        MatchResult row = row(option);

        assertThat(row.group(2).strip().replace("\\|", "|")).isEqualTo(option.placeholder());
        assertThat(row.group(3)).isEqualTo(option.key());
        assertThat(row.group(4)).isEqualTo(option.variable());
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.config.Options#all")
    void itsDefaultIsTheOneThatHelpShows(Option<?> option) {
        String shown = row(option).group(5);
        assertThat(shown).isEqualTo(option.defaultText().isEmpty() ? "–" : "`" + option.defaultText() + "`");
    }

    @Test
    void nothingElseIsThere() {
        assertThat(rows).hasSize(Options.all().size());
        assertThat(rows).allSatisfy(row -> assertThat(Options.all().stream().map(Option::word))
                .contains(row.group(1)));
    }
}
