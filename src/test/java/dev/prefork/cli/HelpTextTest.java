package dev.prefork.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Setting;
import dev.prefork.supervise.ExitCode;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HelpTextTest {
    private static final String HELP = HelpText.render();

    @ParameterizedTest
    @EnumSource(Setting.class)
    void everySettingIsThereWithItsDefaultItsDescriptionAndItsOtherNames(Setting setting) {
        String placeholder = setting.placeholder().isEmpty() ? "" : " " + setting.placeholder();
        String byDefault = setting.defaultText().isEmpty() ? "" : "  (default: " + setting.defaultText() + ")";
        StringBuilder entry = new StringBuilder("\n  " + setting.option() + placeholder + byDefault + "\n");
        setting.description()
                .forEach(line -> entry.append("      ").append(line).append('\n'));
        entry.append("      = " + setting.property() + " = " + setting.variable() + "\n");

        assertThat(HELP).containsOnlyOnce(entry);
        assertThat(HELP.indexOf("\n" + setting.group().title() + ":\n"))
                .isPositive()
                .isLessThan(HELP.indexOf(entry.toString()));
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
        assertThat(HELP).containsPattern("\n  " + verb.word() + " +" + Pattern.quote(verb.description()) + "\n");
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
                .satisfies(parsed -> assertThat(parsed.options()).containsOnlyKeys(Setting.WORKERS, Setting.LISTEN));
        assertThat(Arguments.parse("--shutdown-grace-period", "25s").options())
                .containsOnlyKeys(Setting.SHUTDOWN_GRACE_PERIOD);
    }

    @Test
    void itFitsAnOrdinaryTerminal() {
        assertThat(HELP.lines()).allSatisfy(line -> assertThat(line)
                .hasSizeLessThanOrEqualTo(104)
                .doesNotContain("\t")
                .doesNotMatch(".*\\s$"));
    }
}
