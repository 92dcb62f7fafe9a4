package dev.prefork.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.config.Options;
import dev.prefork.config.UsageException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {

    @Test
    void nothingMeansRunTheBuiltInWorkerWithTheDefaults() {
        assertThat(Arguments.parse()).isEqualTo(new Arguments(Verb.RUN, Map.of(), List.of(), ""));
    }

    @Test
    void aValueFollowsItsOptionOrAnEqualsSign() {
        assertThat(Arguments.parse("--workers", "3").options()).isEqualTo(Map.of(Options.WORKERS, List.of("3")));
        assertThat(Arguments.parse("--workers=3").options()).isEqualTo(Map.of(Options.WORKERS, List.of("3")));
        assertThat(Arguments.parse("--listen=http=tcp://:8080").options())
                .isEqualTo(Map.of(Options.LISTEN, List.of("http=tcp://:8080")));
    }

    @Test
    void aListMayBeRepeatedAndItsOrderIsKept() {
        assertThat(Arguments.parse("--listen", "b", "--workers", "2", "--listen", "a,c")
                        .options())
                .isEqualTo(Map.of(Options.LISTEN, List.of("b", "a,c"), Options.WORKERS, List.of("2")));
    }

    @Test
    void aFlagTakesNoOtherWordThatFollowsIt() {
        assertThat(Arguments.parse("--reuse-port", "--workers", "2").options())
                .isEqualTo(Map.of(Options.REUSE_PORT, List.of("true"), Options.WORKERS, List.of("2")));
        assertThatThrownBy(() -> Arguments.parse("--reuse-port", "check"))
                .hasMessageStartingWith("unexpected argument check;");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void aFlagMayHaveAValueToOverruleAWeakerPlace(String value) {
        assertThat(Arguments.parse("--reuse-port", value).options())
                .isEqualTo(Map.of(Options.REUSE_PORT, List.of(value)));
        assertThat(Arguments.parse("--reuse-port=" + value).options())
                .isEqualTo(Map.of(Options.REUSE_PORT, List.of(value)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-5s", "", "@file", "'quoted'", "\"quoted\"", "a b", "${x}"})
    void anyWordCanBeAValue(String value) {
        assertThat(Arguments.parse("--workers", value).options()).isEqualTo(Map.of(Options.WORKERS, List.of(value)));
    }

    @Test
    void theCommandIsKeptVerbatim() {
        String[] command = {"sh", "-c", "echo $0", "--", "--workers", "--help", "-h", "@x", "", "check"};
        String[] words = new String[command.length + 2];
        words[0] = "check";
        words[1] = "--";
        System.arraycopy(command, 0, words, 2, command.length);

        assertThat(Arguments.parse(words)).isEqualTo(new Arguments(Verb.CHECK, Map.of(), List.of(command), ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--workrs|unknown option --workrs; did you mean --workers? See prefork --help",
                "--workrs=3|unknown option --workrs; did you mean --workers? See prefork --help",
                "-workers|unknown option -workers; did you mean --workers? See prefork --help",
                "--recover-treshold|unknown option --recover-treshold; did you mean --recover-threshold?"
                        + " See prefork --help",
                "--hepl|unknown option --hepl; did you mean --help? See prefork --help",
                "--work|unknown option --work; did you mean --workers? See prefork --help",
                "--workers|--workers needs a value: --workers N|auto; see prefork --help",
                "--reuse-port=maybe|--reuse-port=maybe: must be true or false; see prefork --help",
                "chekc|unknown verb chekc; did you mean check? A command to run comes after --, as in"
                        + " prefork [OPTIONS] -- chekc ...; see prefork --help",
                "--standby|--standby needs a value: --standby N; see prefork --help",
                "-w|unknown option -w: that is --workers here, as in --workers 4; see prefork --help",
                "-b0.0.0.0:80|unknown option -b0.0.0.0:80: that is --listen here, as in --listen 0.0.0.0:8080;"
                        + " see prefork --help",
                "--bind=:80|unknown option --bind: that is --listen here, as in --listen 0.0.0.0:8080;"
                        + " see prefork --help",
                "--limit-max-requests|unknown option --limit-max-requests: that is --max-requests here, as in --max-requests"
                        + " 10000; see prefork --help",
                "--timeout|unknown option --timeout: that is --watchdog here, as in --watchdog 30s; see prefork --help",
                "--graceful-timeout|unknown option --graceful-timeout: that is --shutdown-grace-period here, as in"
                        + " --shutdown-grace-period 30s; see prefork --help",
                "--daemon|unknown option --daemon: Prefork stays in the foreground, as a container's entrypoint must;"
                        + " leave it out; see prefork --help"
            })
    void whatIsWrongIsSaidInOneLineWithTheNearestKnownName(String line) {
        int separator = line.indexOf('|');

        assertThatThrownBy(() -> Arguments.parse(line.substring(0, separator)))
                .isInstanceOf(UsageException.class)
                .hasMessage(line.substring(separator + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--no-such-option=json", "-x"})
    void anOptionWithoutAFeatureBehindItIsUnknown(String option) {
        assertThatThrownBy(() -> Arguments.parse(option))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("unknown option " + option.split("=")[0] + "; ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"events", "restart", "Run", "gunicorn"})
    void aVerbWithoutAFeatureBehindItIsUnknown(String verb) {
        assertThatThrownBy(() -> Arguments.parse(verb))
                .isInstanceOf(UsageException.class)
                .hasMessageMatching(
                        "unknown verb " + verb + "; (did you mean \\w+\\? A|a) command to run comes after --,"
                                + " as in prefork \\[OPTIONS] -- " + verb + " \\.\\.\\.; see prefork --help");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--pid 66 kill 1|--pid is an option of kill, and the verb comes first: prefork kill ... --pid;"
                        + " see prefork kill --help",
                "-o json status|-o is an option of status, and the verb comes first: prefork status ... -o;"
                        + " see prefork status --help",
                "--wait=yes reload|--wait is an option of reload, and the verb comes first: prefork reload ... --wait;"
                        + " see prefork reload --help",
            })
    void anOptionOfAVerbFollowsIt(String line) {
        int separator = line.indexOf('|');
        assertThatThrownBy(() -> Arguments.parse(line.substring(0, separator).split(" ")))
                .isInstanceOf(UsageException.class)
                .hasMessage(line.substring(separator + 1));
    }

    @Test
    void anOptionThatIsNoListIsGivenOnce() {
        assertThatThrownBy(() -> Arguments.parse("--workers", "2", "--workers", "3"))
                .isInstanceOf(UsageException.class)
                .hasMessage("--workers is given more than once; give it once");
        assertThatThrownBy(() -> Arguments.parse("--reuse-port", "--reuse-port"))
                .hasMessage("--reuse-port is given more than once; give it once");
    }

    @Test
    void anOptionIsNoValueOfAnother() {
        assertThatThrownBy(() -> Arguments.parse("--workers", "--backlog", "3"))
                .hasMessage("--workers needs a value: --workers N|auto; see prefork --help");
        assertThatThrownBy(() -> Arguments.parse("--workers", "--", "true"))
                .hasMessage("--workers needs a value: --workers N|auto; see prefork --help");
    }

    @Test
    void aWordThatBelongsToNothingIsRefused() {
        assertThatThrownBy(() -> Arguments.parse("--workers", "2", "check"))
                .isInstanceOf(UsageException.class)
                .hasMessage("unexpected argument check; a command to run comes after --, as in prefork [OPTIONS] --"
                        + " check ...; see prefork --help");
    }

    @Test
    void nothingAfterTheSeparatorIsRefused() {
        assertThatThrownBy(() -> Arguments.parse("run", "--"))
                .isInstanceOf(UsageException.class)
                .hasMessage("missing command after --; give one, or omit -- to run the built-in worker");
    }

    @ParameterizedTest
    @ValueSource(strings = {"live", "ready", "started", "well"})
    void healthTakesTheNameOfAProbe(String word) {
        assertThat(Arguments.parse("health", word))
                .isEqualTo(new Arguments(Verb.HEALTH, Map.of(), List.of(), word))
                .satisfies(parsed ->
                        assertThat(parsed.probe()).isEqualTo(Probe.valueOf(word.toUpperCase(java.util.Locale.ROOT))));
    }

    @Test
    void withoutANameHealthIsReadiness() {
        assertThat(Arguments.parse("health").probe()).isEqualTo(Probe.READY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reddy|ready",
                "liveness|live",
                "READY|ready",
                "startd|started",
                "wel|well",
            })
    void anUnknownProbeIsRefusedWithTheNearest(String line) {
        String[] words = line.split("\\|");

        assertThatThrownBy(() -> Arguments.parse("health", words[0]))
                .isInstanceOf(UsageException.class)
                .hasMessage("unknown probe " + words[0] + "; did you mean " + words[1] + "? See prefork --help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"health live ready", "health ready --workers=2", "health -- true", "health ready --"})
    void healthTakesNothingElse(String line) {
        assertThatThrownBy(() -> Arguments.parse(line.split(" ")))
                .isInstanceOf(UsageException.class)
                .hasMessage("health takes one argument: live, ready, started or well;" + " see prefork --help");
    }

    @Test
    void explainTakesWhatRunTakes() {
        assertThat(Arguments.parse("explain", "--workers", "3", "--", "gunicorn", "app:app"))
                .isEqualTo(new Arguments(
                        Verb.EXPLAIN, Map.of(Options.WORKERS, List.of("3")), List.of("gunicorn", "app:app"), ""));
    }

    @Test
    void ofSeveralThingsThatAreWrongTheFirstIsRefused() {
        assertThatThrownBy(() -> Arguments.parse("--workrs", "--backlog"))
                .hasMessageStartingWith("unknown option --workrs;");
    }

    @Test
    void anyWordAfterAnEqualsSignIsAValue() {
        assertThat(Arguments.parse("--workers=--backlog", "--listen=").options())
                .isEqualTo(Map.of(Options.WORKERS, List.of("--backlog"), Options.LISTEN, List.of("")));
    }

    @Test
    void helpTakesTheNameOfAVerb() {
        assertThat(Arguments.parse("help").topic()).isEqualTo(Verb.HELP);
        assertThat(Arguments.parse("help", "health").topic()).isEqualTo(Verb.HEALTH);
        assertThatThrownBy(() -> Arguments.parse("help", "helth"))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("unknown verb helth; did you mean health?");
        assertThatThrownBy(() -> Arguments.parse("help", "run", "check"))
                .hasMessage("help takes one argument: a verb; see prefork --help");
    }

    @Test
    void theVersionTakesNothingElse() {
        assertThatThrownBy(() -> Arguments.parse("version", "--workers", "2"))
                .isInstanceOf(UsageException.class)
                .hasMessage("version takes neither options nor a command; see prefork --help");
        assertThatThrownBy(() -> Arguments.parse("version", "--", "true")).isInstanceOf(UsageException.class);
    }
}
