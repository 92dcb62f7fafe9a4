package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.container.WorkerKind;
import dev.prefork.listen.ListenSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SettingsDefaultsTest {

    @TempDir
    Path directory;

    @Test
    void allDefaultsAreThoseOfTheContract() {
        Settings settings = new Places(directory).load();

        assertThat(settings.workers()).isEmpty();
        assertThat(settings.listen()).isEqualTo(ListenSpec.parseList(List.of("http=tcp4://0.0.0.0:8080")));
        assertThat(settings.listenGiven()).isFalse();
        assertThat(settings.backlog()).isEqualTo(4096);
        assertThat(settings.reusePort()).isFalse();
        assertThat(settings.dialects()).isEmpty();
        assertThat(settings.recoverThreshold()).isEmpty();
        assertThat(settings.recoverWindow()).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.recoverInterval()).isEqualTo(Duration.ZERO);
        assertThat(settings.recoverIntervalMax()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.startTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.ready()).isEqualTo(new ReadyMode.Notify());
        assertThat(settings.resize()).isTrue();
        assertThat(settings.drainDelay()).isEqualTo(Duration.ZERO);
        assertThat(settings.podGracePeriod()).isEmpty();
        assertThat(settings.watchdog()).isEmpty();
        assertThat(settings.watchdogQueue()).isEmpty();
        assertThat(settings.shutdownGracePeriod()).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.minReady()).isEqualTo(1);
        assertThat(settings.command()).isEmpty();
        assertThat(settings.warnings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void theOriginOfADefaultIsTheDefault(Setting setting) {
        assertThat(new Places(directory).load().origins().get(setting))
                .isEqualTo(new Origin(Origin.Kind.DEFAULT, "--" + setting.key(), "default"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Setting.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"READY"})
    void helpShowsTheDefaultThatIsInForce(Setting setting) {
        assertThat(new Places(directory).load().text(setting)).isEqualTo(setting.defaultText());
    }

    @Test
    void aCommandIsReadyByNotificationOrAfterAWhile() {
        Settings settings = new Places(directory).load("gunicorn", "app:app");

        assertThat(settings.ready()).isEqualTo(new ReadyMode.Auto());
        assertThat(settings.command()).containsExactly("gunicorn", "app:app");
        assertThat(Setting.READY.defaultText()).isEqualTo("notify; for a COMMAND: auto");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "3, 1", "4, 2", "9, 4"})
    void theThresholdIsHalfTheWorkersAndAtLeastOne(int workers, int threshold) {
        assertThat(new Places(directory).load().recoverThresholdFor(workers)).isEqualTo(threshold);
    }

    @Test
    void aThresholdThatWasGivenDoesNotDependOnTheWorkers() {
        Settings settings =
                new Places(directory).option(Setting.RECOVER_THRESHOLD, "0").load();

        assertThat(settings.recoverThresholdFor(8)).isZero();
    }

    @Test
    void theKindOfWorkerFollowsFromTheCommand() {
        assertThat(new Places(directory).load().workerKind()).isEqualTo(WorkerKind.JVM_BUILT_IN);
        assertThat(new Places(directory).load("true").workerKind()).isEqualTo(WorkerKind.COMMAND);
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void everySettingHasThreeNamesThatDeriveFromItsKeyAndADescription(Setting setting) {
        assertThat(setting.key()).matches("[a-z]+(-[a-z]+)*");
        assertThat(setting.option()).isEqualTo("--" + setting.key());
        assertThat(setting.property()).isEqualTo("prefork." + setting.key());
        assertThat(setting.variable())
                .isEqualTo("PREFORK_" + setting.key().toUpperCase().replace('-', '_'));
        assertThat(setting.description()).hasSizeBetween(1, 2).allSatisfy(line -> assertThat(line)
                .hasSizeBetween(10, 94));
    }
}
