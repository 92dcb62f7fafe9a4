package dev.prefork.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Option;
import dev.prefork.config.OptionEntries;
import dev.prefork.config.Options;
import dev.prefork.supervise.ExitCode;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HelpTextTest {
    private static final String HELP = HelpText.of(Verb.HELP);

    @Test
    void everyOptionIsThereWithItsDefaultItsDescriptionAndItsOtherNames() {
        OptionEntries.assertComplete(HELP, HelpTextTest::entry);
        assertThat(Options.all()).allSatisfy(option -> assertThat(
                        HELP.indexOf("\n" + option.group().title() + ":\n"))
                .isPositive()
                .isLessThan(HELP.indexOf(entry(option))));
    }

    private static String entry(Option<?> option) {
        String placeholder = option.placeholder().isEmpty() ? "" : " " + option.placeholder();
        String byDefault = option.defaultText().isEmpty() ? "" : "  (default: " + option.defaultText() + ")";
        StringBuilder entry = new StringBuilder("\n  " + option.word() + placeholder + byDefault + "\n");
        option.help().forEach(line -> entry.append("      ").append(line).append('\n'));
        return entry.append("      = " + option.key() + " = " + option.variable() + "\n")
                .toString();
    }

    @ParameterizedTest
    @EnumSource(ExitCode.class)
    void everyExitCodeIsThereWithItsMeaning(ExitCode exitCode) {
        assertThat(HELP).contains("\n  " + exitCode.code() + "  " + exitCode.meaning() + "\n");
    }

    @Test
    void theCodesOfHealthAreThere() {
        assertThat(HELP)
                .contains("\nExit codes of health:\n  0  UP\n  1  DOWN, or no answer\n  2  usage or configuration\n");
    }

    @ParameterizedTest
    @EnumSource(Verb.class)
    void everyVerbIsThereWithWhatItDoes(Verb verb) {
        assertThat(HELP).containsPattern("\n  " + verb.word() + " +" + Pattern.quote(verb.description) + "\n");
    }

    @ParameterizedTest
    @EnumSource(
            value = Verb.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"HELP"})
    void aVerbHasAPageWithItsUsageItsOptionsItsExitCodesAndAnExampleThatParses(Verb verb) {
        String page = HelpText.of(verb);
        boolean options = verb.takes == Verb.Takes.OPTIONS;

        assertThat(page.lines().findFirst().orElseThrow()).matches("Usage: prefork " + verb.word() + "( .*)?");
        assertThat(page).contains("\n\n" + verb.description + "\n").contains("\nExit codes:\n  0  ", "\n  2  usage");
        assertThat(Options.all()).allSatisfy(option -> assertThat(page.contains("\n  " + option.word()))
                .isEqualTo(options));
        String example = page.substring(page.indexOf("\nExample:\n  prefork ") + 20)
                .lines()
                .findFirst()
                .orElseThrow();
        assertThat(Arguments.parse(example.split(" ")).verb()).isEqualTo(verb);
        assertThat(page.lines()).allSatisfy(HelpTextTest::fits);
    }

    @Test
    void everyVerbSaysWhatItsExitCodesMean() {
        assertThat(HelpText.of(Verb.RUN))
                .contains("\n  5  a listener could not be bound\n", "\nSignals to the master:\n");
        assertThat(HelpText.of(Verb.HEALTH)).contains("\n  0  UP\n  1  DOWN, or no answer\n  2  usage");
        assertThat(HelpText.of(Verb.CHECK)).contains("\n  0  shown\n  2  usage").doesNotContain("Signals to");
    }

    @Test
    void usageSignalsAndExamplesAreThere() {
        assertThat(HELP)
                .startsWith("Usage: prefork [VERB] [OPTIONS] [-- COMMAND ARG...]\n")
                .contains("TERM ", "INT ", "TTIN, TTOU", "SIGKILL", "-h, --help", "-V, --version")
                .contains("prefork --workers 4 --listen http=tcp4://0.0.0.0:8000 -- gunicorn app:app")
                .endsWith("\n");
    }

    @Test
    void theExamplesAreCommandLinesThatParse() {
        assertThat(Arguments.parse("--workers 4 --listen http=tcp4://0.0.0.0:8000 -- gunicorn app:app".split(" ")))
                .satisfies(parsed -> assertThat(parsed.options()).containsOnlyKeys(Options.WORKERS, Options.LISTEN));
        assertThat(Arguments.parse("--shutdown-grace-period", "25s").options())
                .containsOnlyKeys(Options.SHUTDOWN_GRACE_PERIOD);
    }

    @Test
    void itFitsAnOrdinaryTerminal() {
        assertThat(HELP.lines()).allSatisfy(HelpTextTest::fits);
    }

    private static void fits(String line) {
        assertThat(line).hasSizeLessThanOrEqualTo(104).doesNotContain("\t").doesNotMatch(".*\\s$");
    }
}
