package dev.prefork.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Option;
import dev.prefork.config.OptionEntries;
import dev.prefork.config.Options;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The reference says what the program does: each option with its three names and its default, and none that is not there. */
class ConfigurationDocTest {
    private final Document reference = Document.read("docs/CONFIGURATION.md");

    @Test
    void everyOptionIsThereByAllItsNamesWithTheDefaultThatHelpShows() {
        OptionEntries.assertComplete(reference.text(), ConfigurationDocTest::row);
    }

    private static String row(Option<?> option) {
        String placeholder = option.placeholder().isEmpty() ? "" : " " + option.placeholder();
        String byDefault = option.defaultText().isEmpty() ? "–" : "`" + option.defaultText() + "`";
        return "\n| `%s%s` | `%s` | `%s` | %s |"
                .formatted(option.word(), placeholder.replace("|", "\\|"), option.key(), option.variable(), byDefault);
    }

    @Test
    void everyRowSaysWhatItsOptionMeansAndNothingElseIsThere() {
        List<List<String>> rows = reference.rows().stream()
                .filter(cells -> cells.get(0).startsWith("`--"))
                .toList();

        assertThat(rows).hasSize(Options.all().size()).allSatisfy(cells -> assertThat(cells.get(4))
                .isNotBlank());
    }
}
