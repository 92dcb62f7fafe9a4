package dev.prefork.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Option;
import dev.prefork.config.Options;
import dev.prefork.config.Places;
import dev.prefork.config.Settings;
import dev.prefork.config.UsageException;
import dev.prefork.supervise.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The program from its arguments to its exit code, with only the master's own work left out. */
class CliTest {

    @TempDir
    Path directory;

    private final List<Settings> started = new ArrayList<>();
    private final List<String> passedOn = new ArrayList<>();
    private final List<String> terminationMessage = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Places places;

    @BeforeEach
    void aProcessWithAPath() {
        places = new Places(directory).variable("PATH", "/usr/bin:/bin");
    }

    @Test
    void withoutAVerbTheMasterRunsAndItsExitCodeIsTheProgram() {
        assertThat(run("--workers", "3")).isEqualTo(42);

        assertThat(started).singleElement().satisfies(settings -> assertThat(settings.get(Options.WORKERS))
                .hasValue(3));
        assertThat(passedOn).containsExactly("--workers", "3");
        assertThat(out()).isEmpty();
        assertThat(err()).isEmpty();
    }

    @Test
    void theVerbRunIsTheSameAsNone() {
        assertThat(run("run", "--backlog=9", "--reuse-port", "--", "true", "--workers", "5"))
                .isEqualTo(42);

        assertThat(started).singleElement().satisfies(settings -> {
            assertThat(settings.get(Options.BACKLOG)).isEqualTo(9);
            assertThat(settings.get(Options.REUSE_PORT)).isTrue();
            assertThat(settings.get(Options.WORKERS)).isEmpty();
            assertThat(settings.command()).containsExactly("true", "--workers", "5");
        });
    }

    @Test
    void aCommandThatIsNotFoundEndsWithTheCodeOfNeverReady() {
        assertThat(run("--", "no-such-program")).isEqualTo(ExitCode.NEVER_READY.code());

        assertRefusedWith("command no-such-program was not found on PATH (/usr/bin:/bin): no worker can start;"
                + " install it, correct PATH, or give the command's full path");
    }

    @Test
    void checkShowsEverySettingWithItsOriginAndBindsNothing() {
        places.variable("PREFORK_RECOVER_WINDOW", "2m").file("prefork.backlog=7");

        assertThat(run("check", "--workers", "1", "--", "sh", "-c", "true")).isZero();

        assertThat(started).isEmpty();
        assertThat(err().lines()).allMatch(line -> line.startsWith("prefork: warning: "));
        assertThat(out().lines().map(line -> line.strip().replaceAll(" +", " ")))
                .startsWith("The settings are valid.")
                .contains(
                        "workers 1 --workers",
                        "recover-window 2m PREFORK_RECOVER_WINDOW",
                        "backlog 7 prefork.backlog (config/application.properties)",
                        "ready auto --ready (default)",
                        "dialect - --dialect (default)",
                        "worker sh -c true",
                        "1 worker, as configured")
                .hasSize(Options.all().size() + 3);
    }

    @Test
    void checkShowsTheWarningsOfExplain() {
        assertThat(run("check", "--workers", "100000", "--min-ready", "100000")).isZero();

        assertThat(err())
                .contains("prefork: warning: more workers are configured than --workers auto would start: ")
                .contains("prefork: warning: the pod needs all of its 100000 workers to be ready");
    }

    @Test
    void checkExplainsTheNumberOfWorkersThatAutoChooses() {
        assertThat(run("check")).isZero();

        assertThat(out()).containsPattern("(?m)^  worker +built-in$").containsPattern("(?m)^\\d+ workers?: .+ cores?");
    }

    @Test
    void checkHoldsTheWorkersOfAutoAgainstMinReady() {
        assertThat(run("check", "--min-ready", "100000")).isEqualTo(ExitCode.USAGE.code());

        assertThat(err()).startsWith("prefork: --min-ready 100000: with ").endsWith("or for more workers\n");
    }

    @Test
    void whateverIsWrongWithWhatIsCheckedHasTheCodeOfUsage() {
        assertThat(run("check", "--", "no-such-program")).isEqualTo(ExitCode.USAGE.code());
        assertThat(run("check", "--backlog", "0")).isEqualTo(ExitCode.USAGE.code());
        assertThat(out()).isEmpty();
        assertThat(err().lines()).hasSize(2).allMatch(line -> line.startsWith("prefork: "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "--version", "-V"})
    void theVersionIsTheOneOfTheBuildAndNamesTheRuntime(String word) {
        assertThat(run(word)).isZero();

        assertThat(out())
                .matches("prefork \\d+\\.\\d+\\.\\d+(-SNAPSHOT)? \\(JVM, Java "
                        + System.getProperty("java.version").replace(".", "\\.") + "\\)\n");
        assertThat(err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"help", "--help", "-h"})
    void helpGoesToStandardOutput(String word) {
        assertThat(run(word)).isZero();

        assertThat(out()).isEqualTo(HelpText.of(Verb.HELP));
        assertThat(err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"check --help", "check -h", "help check", "check --wrong --help"})
    void aVerbHasHelpOfItsOwn(String line) {
        assertThat(run(line.split(" "))).isZero();

        assertThat(out()).isEqualTo(HelpText.of(Verb.CHECK));
        assertThat(err()).isEmpty();
    }

    @Test
    void helpIsGivenWhateverElseIsOnTheCommandLine() {
        assertThat(run("--wrong", "--help")).isZero();
        assertThat(out()).isEqualTo(HelpText.of(Verb.HELP));
    }

    @Test
    void anOptionOfTheCommandIsNoneOfOurs() {
        assertThat(run("--", "true", "--help")).isEqualTo(42);
        assertThat(started.get(0).command()).containsExactly("true", "--help");
    }

    @Test
    void aWarningIsOneLineAndStopsNothing() {
        places.variable("PREFORK_WORKRS", "3");

        assertThat(run()).isEqualTo(42);
        assertThat(err())
                .isEqualTo("prefork: warning: unknown variable PREFORK_WORKRS has no effect;"
                        + " did you mean PREFORK_WORKERS?\n");
    }

    @Test
    void anUnknownKeyIsRefused() {
        places.property("prefork.workrs", "3");

        assertThat(run()).isEqualTo(2);
        assertRefusedWith("unknown key prefork.workrs (system property); did you mean prefork.workers?"
                + " Correct or remove it");
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.config.Options#all")
    void everySettingIsAnOptionAndItsValueArrives(Option<?> option) {
        boolean flag = option.kind() == Option.Kind.FLAG;
        String[] words = flag ? new String[] {option.word()} : new String[] {option.word(), "no-such-value"};

        int code = run(words);

        if (flag) {
            assertThat(code).isEqualTo(42);
            assertThat(started.get(0).text(option)).isEqualTo("true");
        } else {
            assertThat(code).isEqualTo(2);
            // A variable may be a secret, and a token is one.
            boolean secret = option == Options.ENV || option == Options.ADMIN_TOKEN;
            String value = secret ? "" : " no-such-value";
            assertThat(err()).startsWith("prefork: " + option.word() + value + ": ");
        }
    }

    @Test
    void aLineBreakInAValueDoesNotBreakTheLine() {
        assertThat(run("--workers", "1\n2026-01-01 all is well")).isEqualTo(2);

        assertThat(err().lines())
                .singleElement()
                .asString()
                .startsWith("prefork: --workers 1?2026-01-01 all is well: ");
    }

    @Test
    void aMasterThatRefusesIsAsGoodAsAnyRefusal() {
        Cli cli = new Cli(
                (configured, arguments) -> {
                    throw new UsageException("not on this machine; take another");
                },
                places::sources,
                terminationMessage::add);

        assertThat(execute(cli)).isEqualTo(2);
        assertRefusedWith("not on this machine; take another");
    }

    @Test
    void aDefectIsOneLineWithItsStackTraceAndTheCodeOfAnInternalError() {
        Cli cli = new Cli(
                (configured, arguments) -> {
                    throw new IllegalStateException("the sky is green");
                },
                places::sources,
                terminationMessage::add);

        assertThat(execute(cli)).isEqualTo(1);
        assertThat(out()).isEmpty();
        assertThat(err())
                .startsWith(
                        "prefork: internal error: thread main failed: java.lang.IllegalStateException: the sky is green;"
                                + " this is a bug in Prefork, please report it\njava.lang.IllegalStateException: ")
                .contains("\tat dev.prefork.cli.CliTest.");
        assertThat(terminationMessage).singleElement().asString().startsWith("internal error: ");
    }

    @Test
    void wantOfMemoryIsNoDefectAndNamesItsRemedy() {
        Cli cli = new Cli(
                (configured, arguments) -> {
                    throw new OutOfMemoryError("Java heap space");
                },
                places::sources,
                terminationMessage::add);

        assertThat(execute(cli)).isEqualTo(1);
        assertThat(err())
                .isEqualTo("prefork: internal error: thread main failed: java.lang.OutOfMemoryError: Java heap space;"
                        + " give the master a larger heap (-Xmx) or raise the memory limit\n");
    }

    @Test
    void theLastWordsAreOneLineWhateverAValueHolds() {
        assertThat(run("--workers", "1\n\u001b[31m2")).isEqualTo(ExitCode.USAGE.code());

        assertThat(terminationMessage)
                .singleElement()
                .asString()
                .contains("1??[31m2")
                .doesNotContain("\n")
                .doesNotContain("\u001b");
        assertThat(err()).isEqualTo("prefork: " + terminationMessage.get(0) + "\n");
    }

    private int run(String... arguments) {
        return execute(
                new Cli(
                        (configured, passed) -> {
                            started.add(configured.settings());
                            passedOn.addAll(List.of(passed));
                            return 42;
                        },
                        places::sources,
                        terminationMessage::add),
                arguments);
    }

    private int execute(Cli cli, String... arguments) {
        return cli.execute(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                arguments);
    }

    private void assertRefusedWith(String line) {
        assertThat(err()).isEqualTo("prefork: " + line + "\n");
        assertThat(terminationMessage).containsExactly(line);
        assertThat(out()).isEmpty();
        assertThat(started).isEmpty();
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
