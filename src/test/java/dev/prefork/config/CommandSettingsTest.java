package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.listen.ListenSpec;
import dev.prefork.os.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the workers of a command are given, and how they are stopped. */
class CommandSettingsTest {
    @TempDir
    Path directory;

    private Places places() {
        return new Places(directory);
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content).toString();
    }

    private static Map<String, String> variables(Settings settings) {
        return settings.variables();
    }

    @Test
    void aCommaBelongsToTheValueWhereverItIsGiven() {
        assertThat(variables(
                        places().option(Options.ENV, "A=1,2", "B=x=y, z", "C=").load()))
                .isEqualTo(Map.of("A", "1,2", "B", "x=y, z", "C", ""));
        assertThat(variables(places().variable("PREFORK_ENV", "A=1,B=2").load()))
                .isEqualTo(Map.of("A", "1,B=2"));
        assertThat(variables(places().variable("PREFORK_ENV_0_", "A=1,2")
                        .variable("PREFORK_ENV_1_", "B=3")
                        .load()))
                .isEqualTo(Map.of("A", "1,2", "B", "3"));
    }

    @Test
    void ofTwoOfOneNameTheLaterCountsAndAnOptionOutweighsEveryFile() throws IOException {
        String one = file("one.env", "A=one\nB=one\nC=one\n");
        String two = file("two.env", "B=two\nC=two\nC=last\n");

        assertThat(variables(places().option(Options.ENV, "D=first", "B=option", "D=second")
                        .option(Options.ENV_FILE, one, two)
                        .load()))
                .isEqualTo(Map.of("A", "one", "B", "option", "C", "last", "D", "second"));
        assertThat(variables(
                        places().variable("PREFORK_ENV_FILE", two + "," + one).load()))
                .isEqualTo(Map.of("A", "one", "B", "one", "C", "one"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PREFORK_CHILD",
                "PREFORK_SLOT",
                "PREFORK_EXEC_FILE",
                "LISTEN_FDS",
                "LISTEN_PID",
                "LISTEN_FDNAMES",
                "NOTIFY_SOCKET",
                "WATCHDOG_USEC",
                "EINHORN_FD_0",
                "NGINX"
            })
    void aVariableOfTheProtocolIsRefused(String name) {
        assertThatThrownBy(places().option(Options.ENV, name + "=1")::load)
                .isInstanceOf(UsageException.class)
                .hasMessage(
                        "--env: " + name + " is set for each worker by Prefork, and a worker would be misled by another"
                                + " value; leave it out");
    }

    @Test
    void aValueMayBeASecretSoNoReportOrErrorHasIt() throws IOException {
        Settings settings = places().option(Options.ENV, "PASSWORD=hunter2")
                .option(Options.ENV_FILE, file("x.env", "TOKEN=hunter2"))
                .load();

        assertThat(settings.text(Options.ENV)).isEqualTo("PASSWORD=...");
        assertThat(settings.text(Options.ENV_FILE)).isEqualTo(directory + "/x.env");
        for (String second : List.of("TOKEN hunter2", "9=hunter2", "A=hunter2\0")) {
            assertThatThrownBy(places().option(Options.ENV, "PASSWORD=hunter2", second)::load)
                    .isInstanceOf(UsageException.class)
                    .hasMessageStartingWith("--env: ")
                    .hasMessageNotContaining("hunter2");
        }
    }

    @Test
    void theCommandIsLookedForOnThePathThatWorkersGet() throws IOException {
        Path program =
                Files.createFile(Files.createDirectory(directory.resolve("bin")).resolve("only-here"));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Settings settings =
                places().option(Options.ENV, "PATH=" + program.getParent()).load("only-here");

        settings.requireCommand(Map.of("PATH", "/nowhere"));
        assertThatThrownBy(() -> places().load("only-here").requireCommand(Map.of("PATH", "/nowhere")))
                .isInstanceOf(RefusedException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "QUIT, QUIT",
        "SIGQUIT, QUIT",
        "sigquit, QUIT",
        "3, QUIT",
        "15, TERM",
        "int, INT",
        "HUP, HUP",
        "USR1, USR1",
        "12, USR2",
        "SIGWINCH, WINCH"
    })
    void aStopSignalIsANameOrANumber(String text, Signal signal) {
        assertThat(places().option(Options.STOP_SIGNAL, text).load("server").get(Options.STOP_SIGNAL))
                .isEqualTo(signal);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "KILL | KILL ends a worker in the middle of its requests",
                "SIGKILL | KILL ends a worker",
                "9 | KILL ends a worker",
                "STOP | not a signal that asks a server to stop; give one of TERM, INT, QUIT, HUP, USR1, USR2, WINCH",
                "SEGV | not a signal that asks a server to stop",
                "99 | not a signal that asks a server to stop",
                "QUIET | not a signal that asks a server to stop"
            })
    void aSignalThatStopsNoServerInOrderIsRefused(String text, String message) {
        assertThatThrownBy(() -> places().option(Options.STOP_SIGNAL, text).load("server"))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("--stop-signal " + text + ": " + message);
    }

    @Test
    void builtInWorkersStopByTermAlone() {
        assertThatThrownBy(places().variable("PREFORK_STOP_SIGNAL", "QUIT")::load)
                .isInstanceOf(UsageException.class)
                .hasMessage(
                        "PREFORK_STOP_SIGNAL=QUIT: built-in workers stop by TERM alone; leave it out, or name a command"
                                + " after --");
        assertThat(places().option(Options.STOP_SIGNAL, "TERM").load().warnings())
                .isEmpty();
    }

    @Test
    void quitIsAQuestionToAJvmAndThereIsAWarning() {
        assertThat(places().option(Options.STOP_SIGNAL, "QUIT")
                        .load("java", "-jar", "x.jar")
                        .warnings())
                .singleElement()
                .asString()
                .startsWith("--stop-signal QUIT: a JVM answers QUIT with a thread dump and goes on");
        assertThat(places().option(Options.STOP_SIGNAL, "QUIT").load("nginx").warnings())
                .isEmpty();
    }

    @Test
    void aBlockingListenerIsOneOfThoseThereAre() {
        Places two = places().option(Options.LISTEN, "web=:8080", "fpm=:9000")
                .option(Options.BLOCKING_LISTENER, "fpm", "web");
        assertThat(two.load("server").get(Options.BLOCKING_LISTENER)).containsExactly("fpm", "web");
        assertThat(places().option(Options.BLOCKING_LISTENER, "http")
                        .load("server")
                        .get(Options.BLOCKING_LISTENER))
                .containsExactly("http");
        assertThatThrownBy(() -> places().option(Options.LISTEN, "web=:8080", "fpm=:9000")
                        .variable("PREFORK_BLOCKING_LISTENER", "fpm,pfm")
                        .load("server"))
                .isInstanceOf(UsageException.class)
                .hasMessage("PREFORK_BLOCKING_LISTENER: no listener is called 'pfm', so none would block; the names are"
                        + " web, fpm, and --listen NAME=ADDR gives one");
    }

    @Test
    void whatAParentCallsItsListenersIsOnlyKnownOnceTheyAreTakenIn() {
        Settings settings = places().variable("LISTEN_FDS", "1")
                .option(Options.BLOCKING_LISTENER, "theirs")
                .load("server");

        settings.requireBlockingAmong(ListenSpec.parseList(List.of("theirs=:80")));
        assertThatThrownBy(() -> settings.requireBlockingAmong(ListenSpec.parseList(List.of("other=:80"))))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("no listener is called 'theirs'");
    }

    @Test
    void builtInWorkersNeverBlock() {
        assertThatThrownBy(places().option(Options.BLOCKING_LISTENER, "http")::load)
                .isInstanceOf(UsageException.class)
                .hasMessage(
                        "--blocking-listener http: an event loop of a built-in worker would hang in accept; leave it out,"
                                + " or name a command after --");
    }
}
