package dev.prefork.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ShareFilesTest {
    /** An interactive zsh in a pseudo terminal. It waits for each answer, so a slow machine is slow and nothing else. */
    private static final String TYPING = """
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w shell "PS1='ready''> '; fpath=($1 \\$fpath); autoload -U compinit; compinit -u -D"
            zpty -r shell answer '*ready>*' || exit 1
            zpty -w -n shell $'prefork relo\\t'
            zpty -r shell answer '*prefork reload*' || exit 1
            zpty -w -n shell $'\\x15prefork --recover-t\\t'
            zpty -r shell answer '*--recover-threshold*' || exit 1
            zpty -d shell
            echo completed
            """;

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path share;

    @Test
    void theyAreWhereManAndShellsLook() throws Exception {
        ShareFiles.main(new String[] {share.toString(), "2026-11-01T00:00:00Z"});

        assertThat(share.resolve("man/man1/prefork.1")).hasContent(ManPage.of("2026-11-01"));
        assertThat(share.resolve("bash-completion/completions/prefork")).hasContent(Completion.of("bash"));
        assertThat(share.resolve("zsh/site-functions/_prefork"))
                .content()
                .startsWith("#compdef prefork\n")
                .contains(Completion.of("zsh"));
    }

    @Test
    void zshCompletesFromItsFileTheFirstTimeAndTheNext() throws Exception {
        String zsh = Tools.require("zsh").toString();
        ShareFiles.main(new String[] {share.toString(), "2026-11-01T00:00:00Z"});
        Path script = Files.writeString(share.resolve("typing.zsh"), TYPING);

        RunningProcess typing = processes
                .command(
                        zsh,
                        "-f",
                        script.toString(),
                        share.resolve("zsh/site-functions").toString())
                .start();

        assertThat(typing.awaitExit(Duration.ofMinutes(2))).as(typing::dump).isZero();
        assertThat(typing.stdout()).isEqualTo("completed");
    }
}
