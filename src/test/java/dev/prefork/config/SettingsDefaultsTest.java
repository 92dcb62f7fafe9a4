package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.container.WorkerKind;
import dev.prefork.listen.ListenSpec;
import dev.prefork.os.Signal;
import dev.prefork.supervise.Readiness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsDefaultsTest {

    @TempDir
    Path directory;

    @Test
    void allDefaultsAreThoseOfTheContract() {
        Settings settings = new Places(directory).load();

        assertThat(settings.get(Options.WORKERS)).isEmpty();
        assertThat(settings.get(Options.LISTEN)).isEqualTo(ListenSpec.parseList(List.of("http=tcp4://0.0.0.0:8080")));
        assertThat(settings.isGiven(Options.LISTEN)).isFalse();
        assertThat(settings.get(Options.LISTEN_MODE)).isEmpty();
        assertThat(settings.get(Options.BACKLOG)).isEqualTo(4096);
        assertThat(settings.get(Options.REUSE_PORT)).isFalse();
        assertThat(settings.get(Options.DIALECT)).isEmpty();
        assertThat(settings.get(Options.RECOVER_THRESHOLD)).isEmpty();
        assertThat(settings.get(Options.RECOVER_WINDOW)).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.get(Options.RECOVER_INTERVAL)).isEqualTo(Duration.ZERO);
        assertThat(settings.get(Options.RECOVER_INTERVAL_MAX)).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.get(Options.START_TIMEOUT)).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.get(Options.READY))
                .isEqualTo(new ReadyMode("notify", Readiness.notification(), Optional.empty()));
        assertThat(settings.get(Options.RESIZE)).isTrue();
        assertThat(settings.get(Options.ENV)).isEmpty();
        assertThat(settings.get(Options.ENV_FILE)).isEmpty();
        assertThat(settings.get(Options.STOP_SIGNAL)).isEqualTo(Signal.TERM);
        assertThat(settings.get(Options.BLOCKING_LISTENER)).isEmpty();
        assertThat(settings.get(Options.DRAIN_DELAY)).isEqualTo(Duration.ZERO);
        assertThat(settings.get(Options.POD_GRACE_PERIOD)).isEmpty();
        assertThat(settings.get(Options.WATCHDOG)).isEmpty();
        assertThat(settings.get(Options.WATCHDOG_QUEUE)).isEmpty();
        assertThat(settings.get(Options.SHUTDOWN_GRACE_PERIOD)).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.get(Options.MIN_READY)).isEqualTo(1);
        assertThat(settings.command()).isEmpty();
        assertThat(settings.warnings()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.config.Options#all")
    void theOriginOfADefaultIsTheDefault(Option<?> option) {
        assertThat(new Places(directory).load().origin(option))
                .isEqualTo(new Origin(Origin.Kind.DEFAULT, "--" + option.name(), "default"));
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.config.Options#all")
    void helpShowsTheDefaultThatIsInForce(Option<?> option) {
        assertThat(new Places(directory).load().text(option))
                .isEqualTo(option == Options.READY ? "notify" : option.defaultText());
    }

    @Test
    void aCommandIsReadyByNotificationOrOnceItAccepts() {
        Settings settings = new Places(directory).load("uvicorn", "app:app");

        assertThat(settings.get(Options.READY))
                .isEqualTo(new ReadyMode("auto", Readiness.automatic(), Optional.empty()));
        assertThat(settings.text(Options.READY)).isEqualTo("auto");
        assertThat(settings.command()).containsExactly("uvicorn", "app:app");
        assertThat(Options.READY.defaultText()).isEqualTo("notify; for a COMMAND: auto");
    }

    @Test
    void gunicornIsReadyOnceItAcceptsWhateverItAnnounces() {
        assertThat(new Places(directory).load("gunicorn", "app:app").text(Options.READY))
                .isEqualTo("accept");
        assertThat(new Places(directory)
                        .option(Options.READY, "auto")
                        .load("gunicorn")
                        .text(Options.READY))
                .isEqualTo("auto");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "3, 1", "4, 2", "9, 4"})
    void theThresholdIsHalfTheWorkersAndAtLeastOne(int workers, int threshold) {
        assertThat(new Places(directory).load().recoverThresholdFor(workers)).isEqualTo(threshold);
    }

    @Test
    void aThresholdThatWasGivenDoesNotDependOnTheWorkers() {
        Settings settings =
                new Places(directory).option(Options.RECOVER_THRESHOLD, "0").load();

        assertThat(settings.recoverThresholdFor(8)).isZero();
    }

    @Test
    void workersThatBindTheirOwnPortsAreOneUnlessANumberIsGiven() {
        Settings byDefault =
                new Places(directory).option(Options.LISTEN, "none").load("server");
        Settings auto = new Places(directory)
                .option(Options.LISTEN, "none")
                .option(Options.WORKERS, "auto")
                .load("server");

        assertThat(byDefault.get(Options.WORKERS)).hasValue(1);
        assertThat(byDefault.origin(Options.WORKERS)).hasToString("--workers (default with --listen none)");
        assertThat(byDefault.isGiven(Options.WORKERS)).isFalse();
        assertThat(byDefault.listens()).isFalse();
        assertThat(byDefault.text(Options.LISTEN)).isEqualTo("none");
        assertThat(auto.get(Options.WORKERS)).isEmpty();
        assertThat(new Places(directory).load("server").listens()).isTrue();
    }

    @Test
    void theKindOfWorkerFollowsFromTheCommand() {
        assertThat(new Places(directory).load().workerKind()).isEqualTo(WorkerKind.JVM_BUILT_IN);
        assertThat(new Places(directory).load("true").workerKind()).isEqualTo(WorkerKind.COMMAND);
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.config.Options#all")
    void everySettingHasThreeNamesThatDeriveFromItsKeyAndADescription(Option<?> option) {
        assertThat(option.name()).matches("[a-z]+(-[a-z]+)*");
        assertThat(option.word()).isEqualTo("--" + option.name());
        assertThat(option.key()).isEqualTo("prefork." + option.name());
        assertThat(option.variable())
                .isEqualTo("PREFORK_" + option.name().toUpperCase().replace('-', '_'));
        assertThat(option.help()).hasSizeBetween(1, 2).allSatisfy(line -> assertThat(line)
                .hasSizeBetween(10, 94));
    }
}
