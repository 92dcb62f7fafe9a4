package dev.prefork.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code k8s/class-archive.sh} with a script in place of {@code java}; {@link JvmImageIT} has the real one. */
class ClassArchiveTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path home;

    private RunningProcess run(String java) throws IOException {
        Path program =
                Files.writeString(Files.createDirectory(home.resolve("bin")).resolve("java"), "#!/bin/sh\n" + java);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return processes
                .command("k8s/class-archive.sh", home.toString(), "--ready", "http=/x")
                .env("PATH", program.getParent() + ":" + System.getenv("PATH"))
                .env("HOME", home.toString())
                .start();
    }

    private static void assertFails(RunningProcess script) {
        assertThat(script.awaitExit(SOON)).as(script::dump).isEqualTo(1);
        assertThat(script.stderr()).contains("quarkus-run.jar did not become ready, so there is no archive");
        assertThat(script.family()).isEmpty();
    }

    @Test
    void aMasterThatEndsFailsTheBuild() throws IOException {
        assertFails(run("case \"$*\" in *health*) exit 1;; *) exit 3;; esac\n"));
    }

    @Test
    void aQuestionThatCannotBeAnsweredFailsItToo() throws IOException {
        assertFails(run("case \"$*\" in *health*) exit 2;; *) exec sleep 600;; esac\n"));
    }

    @Test
    void namesOfAllListsGoIntoTheArchiveWithoutNumbers() throws IOException {
        RunningProcess script = run("""
                say() { printf '%s\\n' "$@" >"${JAVA_TOOL_OPTIONS##*DumpLoadedClassList=}$1"; }
                case "$*" in
                *health*)
                    [ -e "$HOME/serving" ] || exit 1
                    say 2 '# a comment' 'a/Probe id: 0'
                    echo "$JAVA_TOOL_OPTIONS" >"$HOME/options" ;;
                *Xshare:dump*)
                    for word; do
                        case $word in
                        -XX:SharedClassListFile=*) cp "${word#*=}" "$HOME/list" ;;
                        -XX:SharedArchiveFile=*) echo "$word" >"$HOME/archive" ;;
                        esac
                    done ;;
                *)
                    echo "$*" >"$HOME/arguments"
                    say 1 'a/Master id: 0 super: 3' '@lambda-proxy a/Master run ()V' '@cp a/Master 1 2' 'a/Both'
                    trap 'exit 0' TERM
                    : >"$HOME/serving"
                    while :; do sleep 0.1; done ;;
                esac
                """);

        assertThat(script.awaitExit(SOON)).as(script::dump).isZero();
        assertThat(Files.readAllLines(home.resolve("list")))
                .containsExactlyInAnyOrder("1", "a/Master", "@lambda-proxy a/Master run ()V", "a/Both", "2", "a/Probe");
        assertThat(home.resolve("archive")).hasContent("-XX:SharedArchiveFile=" + home.resolve("classes.jsa"));
        assertThat(home.resolve("arguments"))
                .hasContent("-jar " + home.resolve("quarkus-run.jar") + " --workers 1 --ready http=/x");
        assertThat(home.resolve("options")).content().contains("-Xshare:off");
    }
}
