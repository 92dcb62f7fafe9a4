package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.supervise.ExitCode;
import dev.prefork.supervise.Readiness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsRefusalTest {
    private static final String DURATION_HOW_TO =
            "; write a number with ms, s, m, h or d, such as 30s, or ISO 8601, such as PT30S";

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "workers|0|there must be at least 1 worker; give a number or auto",
                "workers|-1|there must be at least 1 worker; give a number or auto",
                "workers|many|not a whole number; there must be at least 1 worker; give a number or auto",
                "workers|1.5|not a whole number; there must be at least 1 worker; give a number or auto",
                "workers|99999999999|this number is out of range; there must be at least 1 worker; give a number or auto",
                "listen-mode|rw|not permissions of a file; give three octal digits, such as 0660 for owner and group",
                "backlog|0|an accept queue holds at least 1 connection; give 1 or more",
                "recover-threshold|-1|a threshold cannot be negative; give 0 to stop at the first crash, or more",
                "min-ready|0|a pod without a ready worker cannot serve; give 1 or more",
                "reuse-port|maybe|must be true or false",
                "ready|soon|not a readiness mode; give notify, accept, auto, delay=D such as delay=5s, or http=PATH such"
                        + " as http=/healthz",
                "ready|http=healthz|the path 'healthz' must begin with /, such as /healthz",
                "ready|http=/a b|the path '/a b' may hold only printable ASCII without spaces: escape the rest as in %20",
                "resize|sometimes|must be true or false",
                "watchdog|999ms|a garbage collection would look like a hang; give 1s or more, or off",
                "watchdog-queue|-1|a number of connections cannot be negative; give 0 or more"
            })
    void aValueThatMakesNoSenseIsRefusedWithWhatWould(String name, String value, String line) {
        Option<?> option = Options.named(name).orElseThrow();
        refuse(new Places(directory).option(option, value), option.word() + " " + value + ": " + line);
    }

    static Stream<Option<?>> durations() {
        return Options.all().stream().filter(option -> option.placeholder().matches("D(\\|off)?"));
    }

    @ParameterizedTest
    @MethodSource("durations")
    void aDurationThatMakesNoSenseIsRefused(Option<?> option) {
        refuse(
                new Places(directory).option(option, "-5s"),
                option.word() + " -5s: a duration cannot be negative" + DURATION_HOW_TO);
        refuse(
                new Places(directory).option(option, "5 parsecs"),
                option.word() + " 5 parsecs: not a duration" + DURATION_HOW_TO);
        refuse(
                new Places(directory).option(option, "99999999999999999999"),
                option.word() + " 99999999999999999999: this duration is too long; the maximum is 106751d");
    }

    @Test
    void aDelayUntilReadyIsReadLikeAnyDuration() {
        refuse(
                new Places(directory).option(Options.READY, "delay=-1s"),
                "--ready delay=-1s: a duration cannot be negative" + DURATION_HOW_TO);
        refuse(
                new Places(directory).option(Options.READY, "delay="),
                "--ready delay=: not a duration" + DURATION_HOW_TO);
    }

    @Test
    void theLineNamesTheSettingAsItsUserWroteIt() {
        refuse(
                new Places(directory).variable("PREFORK_WORKERS", "0"),
                "PREFORK_WORKERS=0: there must be at least 1 worker; give a number or auto");
        refuse(
                new Places(directory).property("prefork.workers", "0"),
                "prefork.workers=0 (system property): there must be at least 1 worker; give a number or auto");
        refuse(
                new Places(directory).file("prefork.workers=0"),
                "prefork.workers=0 (config/application.properties): there must be at least 1 worker;"
                        + " give a number or auto");
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.config.Options#all")
    void anEmptyValueIsRefusedWhereverItComesFrom(Option<?> option) {
        String remedy = option.placeholder().isEmpty() ? "" : " (" + option.placeholder() + ")";
        String line = " is empty; give it a value" + remedy + " or leave it out";

        refuse(new Places(directory).option(option, ""), option.word() + line);
        refuse(new Places(directory).variable(option.variable(), " "), option.variable() + line);
        refuse(new Places(directory).property(option.key(), ""), option.key() + " (system property)" + line);
    }

    @Test
    void anAddressThatIsNoneIsRefusedUnderTheOptionsName() {
        assertThatThrownBy(new Places(directory).option(Options.LISTEN, "carrier-pigeon://x")::load)
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("--listen carrier-pigeon://x: ");
    }

    @Test
    void aDialectThatIsNoneIsRefusedUnderTheVariablesName() {
        assertThatThrownBy(new Places(directory).variable("PREFORK_DIALECT", "nginx,klingon")::load)
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("PREFORK_DIALECT=nginx,klingon: ");
    }

    @Test
    void moreReadyWorkersThanWorkersAreRefused() {
        refuse(
                new Places(directory).option(Options.WORKERS, "2").variable("PREFORK_MIN_READY", "3"),
                "PREFORK_MIN_READY=3: with 2 workers the pod would never be ready; ask for 2 at most, or for more workers");
    }

    @Test
    void theWorkersOfAutoAreHeldAgainstMinReadyOnceTheyAreKnown() {
        Settings settings = new Places(directory).option(Options.MIN_READY, "2").load();

        settings.requireReachable(2);
        assertThatThrownBy(() -> settings.requireReachable(1))
                .isInstanceOf(UsageException.class)
                .hasMessage("--min-ready 2: with 1 worker the pod would never be ready;"
                        + " ask for 1 at most, or for more workers");
    }

    @Test
    void anIntervalLongerThanItsMaximumIsRefused() {
        refuse(
                new Places(directory).option(Options.RECOVER_INTERVAL, "1m"),
                "--recover-interval 60s is longer than --recover-interval-max 30s (default):"
                        + " the wait could never be that long; lower the former or raise the latter");
        assertThat(new Places(directory)
                        .option(Options.RECOVER_INTERVAL, "30s")
                        .load()
                        .get(Options.RECOVER_INTERVAL))
                .hasSeconds(30);
    }

    @Test
    void aStartTimeoutOfZeroIsRefused() {
        refuse(
                new Places(directory).option(Options.START_TIMEOUT, "0"),
                "--start-timeout 0s: every worker would fail at once; give a duration above zero");
    }

    @Test
    void aDelayUntilReadyThatReachesTheStartTimeoutIsRefused() {
        refuse(
                new Places(directory).option(Options.READY, "delay=60s"),
                "--ready delay=60s is not shorter than --start-timeout 60s (default):"
                        + " no worker would ever be ready; lower the former or raise the latter");
    }

    @Test
    void aQueueForAWatchdogThatIsOffIsRefused() {
        refuse(
                new Places(directory).option(Options.WATCHDOG_QUEUE, "5"),
                "--watchdog-queue 5 has no effect without a watchdog; set --watchdog too, or leave it out");
        refuse(
                new Places(directory).option(Options.WATCHDOG_QUEUE, "5").option(Options.WATCHDOG, "off"),
                "--watchdog-queue 5 has no effect without a watchdog; set --watchdog too, or leave it out");
    }

    @Test
    void aQueueThatTheKernelDoesNotCountIsRefused() {
        Places unix = new Places(directory)
                .option(Options.LISTEN, "unix:///run/x.sock")
                .option(Options.WATCHDOG, "5s");
        refuse(
                unix.option(Options.WATCHDOG_QUEUE, "1"),
                "--watchdog-queue 1 needs a TCP listener: for a unix one the kernel only says whether connections wait; give"
                        + " 0, or listen on a TCP port too");
        assertThat(unix.option(Options.WATCHDOG_QUEUE, "0").load().get(Options.WATCHDOG_QUEUE))
                .hasValue(0);
    }

    @Test
    void aProbeOfAUnixListenerIsRefused() {
        Places unix = new Places(directory).option(Options.LISTEN, "unix:///run/x.sock");
        refuse(
                unix.option(Options.READY, "http=/healthz"),
                "--ready http=/healthz needs a TCP listener: on a unix one it is unknown which worker answered, so no worker"
                        + " would ever be ready; listen on a TCP port too, or choose notify or delay=D");
    }

    @ParameterizedTest
    @ValueSource(strings = {"8080", "unix://@name"})
    void aModeWithoutAFileToHaveItIsRefused(String listen) {
        refuse(
                new Places(directory).option(Options.LISTEN, listen).variable("PREFORK_LISTEN_MODE", "660"),
                "PREFORK_LISTEN_MODE=0660 has no effect: no listener is bound to a file; listen on unix:///PATH too, or leave"
                        + " it out");
    }

    @Test
    void anEmptyWordForACommandIsRefused() {
        assertThatThrownBy(() -> new Places(directory).load("", "x"))
                .isInstanceOf(UsageException.class)
                .hasMessage("the command after -- is empty; name a program, or omit --");
    }

    @ParameterizedTest
    @CsvSource({
        "true, true",
        "TRUE, true",
        "yes, true",
        "on, true",
        "1, true",
        "false, false",
        "no, false",
        "off, false",
        "0, false"
    })
    void aFlagMayBeWrittenInTheUsualWays(String text, boolean value) {
        assertThat(new Places(directory)
                        .variable("PREFORK_REUSE_PORT", text)
                        .load()
                        .get(Options.REUSE_PORT))
                .isEqualTo(value);
    }

    @Test
    void zeroIsAValueWhereItMeansSomething() {
        Settings settings = new Places(directory)
                .option(Options.RECOVER_THRESHOLD, "0")
                .option(Options.RECOVER_WINDOW, "0")
                .option(Options.RECOVER_INTERVAL, "0")
                .option(Options.RECOVER_INTERVAL_MAX, "0")
                .option(Options.SHUTDOWN_GRACE_PERIOD, "0")
                .option(Options.READY, "delay=0")
                .load();

        assertThat(settings.get(Options.RECOVER_THRESHOLD)).hasValue(0);
        assertThat(List.of(
                        settings.get(Options.RECOVER_WINDOW),
                        settings.get(Options.RECOVER_INTERVAL),
                        settings.get(Options.RECOVER_INTERVAL_MAX),
                        settings.get(Options.SHUTDOWN_GRACE_PERIOD)))
                .containsOnly(Duration.ZERO);
        assertThat(settings.get(Options.READY))
                .isEqualTo(new ReadyMode("delay=0s", Readiness.after(Duration.ZERO), Optional.empty()));
    }

    private static void refuse(Places places, String line) {
        assertThatThrownBy(places::load)
                .isInstanceOf(UsageException.class)
                .hasMessage(line)
                .satisfies(e -> assertThat(((RefusedException) e).exitCode()).isEqualTo(ExitCode.USAGE));
    }
}
