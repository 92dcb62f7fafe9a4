package dev.prefork.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Option;
import dev.prefork.config.OptionEntries;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import dev.prefork.supervise.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ManPageTest {
    private static final String PAGE = ManPage.of("2026-11-01");
    private static final Duration SOON = Duration.ofSeconds(60);

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    private RunningProcess format(String program, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(Tools.require(program).toString()));
        command.addAll(List.of(options));
        command.add(Files.writeString(directory.resolve("prefork.1"), PAGE).toString());
        RunningProcess process =
                processes.command(command.toArray(String[]::new)).start();
        assertThat(process.awaitExit(SOON)).as(process::dump).isZero();
        return process;
    }

    /** As a reader sees it, with what lines were broken at as one blank. */
    private String shown() throws IOException {
        String text = format("mandoc", "-T", "ascii", "-O", "width=200").stdout();
        // Bold and underlined letters are struck over.
        return text.replaceAll(".\b", "").replaceAll("\\s+", " ");
    }

    @Test
    void everyVerbOptionAndExitCodeIsShown() throws IOException {
        String shown = shown();

        assertThat(Verb.values()).allSatisfy(verb -> {
            assertThat(shown).contains((verb.word() + " " + verb.takes.usage).strip() + " " + verb.description);
            assertThat(verb.options).allSatisfy(option -> assertThat(shown).contains(option.help()));
        });
        OptionEntries.assertComplete(shown, ManPageTest::entry);
        assertThat(ExitCode.values())
                .allSatisfy(code -> assertThat(shown).contains(" " + code.code() + " " + code.meaning() + " "));
    }

    private static String entry(Option<?> option) {
        String value = option.placeholder().isEmpty() ? "" : " " + option.placeholder();
        String byDefault = option.defaultText().isEmpty() ? "" : " Default: " + option.defaultText();
        String help = String.join(" ", option.help());
        return (option.word() + value + " " + help + byDefault + " = " + option.key() + " = " + option.variable())
                .replaceAll("\\s+", " ");
    }

    @Test
    void itSaysWhichVersionOfWhichDay() {
        assertThat(PAGE)
                .startsWith(".TH PREFORK 1 2026-11-01 \"Prefork " + Version.NUMBER.replace("-", "\\-") + "\"\n");
    }

    @Test
    void aFormatterHasNothingToSay() throws IOException {
        RunningProcess lint = format("mandoc", "-T", "lint", "-W", "warning");
        assertThat(lint.stdout() + lint.stderr()).isEmpty();
    }

    @Test
    void norHasTheOther() throws IOException {
        RunningProcess groff = format("groff", "-man", "-ww", "-T", "utf8", "-z");
        assertThat(groff.stdout() + groff.stderr()).isEmpty();
    }

    @Test
    void optionsCanBeCopiedToAShell() throws IOException {
        assertThat(PAGE).contains("\\-\\-recover\\-threshold").doesNotContainPattern("[^\\\\0-9]--");
    }
}
