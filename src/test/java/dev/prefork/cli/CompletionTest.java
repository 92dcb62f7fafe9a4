package dev.prefork.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.prefork.config.Options;
import dev.prefork.it.Tools;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script is run by a real bash. */
class CompletionTest {
    @TempDir
    Path directory;

    private Path script;

    @BeforeEach
    void write() throws Exception {
        script = Files.writeString(directory.resolve("completion"), Completion.of("bash"));
    }

    /** What bash offers for the last of the words. */
    private List<String> offered(String... words) throws Exception {
        String line =
                String.join(" ", Stream.of(words).map(word -> "'" + word + "'").toList());
        String program = "source " + script + "; COMP_WORDS=(prefork " + line + "); COMP_CWORD=" + words.length
                + "; _prefork; printf '%s\\n' \"${COMPREPLY[@]}\"";
        Process bash = new ProcessBuilder(Tools.require("bash").toString(), "-c", program)
                .redirectErrorStream(true)
                .start();
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output.lines().filter(text -> !text.isEmpty()).toList();
    }

    @Test
    void theFirstWordIsAVerbOrASetting() throws Exception {
        assertThat(offered("s")).containsExactlyInAnyOrder("status", "scale", "stop");
        assertThat(offered("--recover-t")).containsExactly("--recover-threshold");
        assertThat(offered("")).contains("run", "reload", "completion", "--workers", "--help");
    }

    @Test
    void averbHasItsOwnWords() throws Exception {
        assertThat(offered("status", "--")).containsExactlyInAnyOrder("--output", "--follow", "--pid", "--help");
        assertThat(offered("status", "-o", "w")).containsExactly("wide");
        assertThat(offered("status", "--output", "")).containsExactly("table", "wide", "json");
        assertThat(offered("status", "t")).as("not without -o").isEmpty();
        assertThat(offered("status", "--pid", "")).isEmpty();
        assertThat(offered("status", "--pid", "1", "--f")).containsExactly("--follow");
        assertThat(offered("reload", "--w")).containsExactly("--wait");
        assertThat(offered("health", "")).contains("live", "ready", "started", "well");
        assertThat(offered("help", "ki")).containsExactly("kill");
        assertThat(offered("completion", "b")).containsExactly("bash");
    }

    @Test
    void settingsFollowRunCheckAndExplain() throws Exception {
        assertThat(offered("check", "--work")).contains("--workers", "--worker-java-options");
        assertThat(offered("--workers", "2", "--contr")).containsExactly("--control");
        assertThat(offered("run", "--", "--work")).as("a command's own").isEmpty();
        Options.all()
                .forEach(option -> assertThat(Completion.of("bash")).containsPattern("[ ']" + option.word() + " "));
    }

    @Test
    void zshTakesBashs() throws Exception {
        assertThat(Completion.of("zsh")).endsWith(Completion.of("bash")).startsWith("autoload -U +X bashcompinit");
        Path zsh = Path.of("/usr/bin/zsh");
        assumeTrue(Files.isExecutable(zsh), "there is no zsh here");
        Process process = new ProcessBuilder(zsh.toString(), "-n", script.toString()).start();
        assertThat(process.waitFor()).isZero();
    }
}
