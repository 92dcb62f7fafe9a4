package dev.prefork.config;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.handoff.Dialect;
import dev.prefork.listen.ListenSpec;
import dev.prefork.metrics.collect.MetricsUrl;
import dev.prefork.metrics.merge.GaugeRules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every setting from every place. A setting without a sample here fails these tests. */
class SettingsMappingTest {

    /** A text other than the default, where its value goes, and the value it means. */
    private record Sample(String text, Function<Settings, Object> value, Object expected) {}

    private static final Map<Setting, Sample> SAMPLES = Map.ofEntries(
            entry(Setting.WORKERS, new Sample("3", Settings::workers, OptionalInt.of(3))),
            entry(
                    Setting.LISTEN,
                    new Sample(
                            "a=tcp4://127.0.0.1:81,b=unix:///run/b.sock",
                            Settings::listen,
                            ListenSpec.parseList(List.of("a=tcp4://127.0.0.1:81", "b=unix:///run/b.sock")))),
            entry(Setting.BACKLOG, new Sample("17", Settings::backlog, 17)),
            entry(Setting.REUSE_PORT, new Sample("true", Settings::reusePort, true)),
            entry(
                    Setting.DIALECT,
                    new Sample(
                            "einhorn,nginx",
                            Settings::dialects,
                            Set.of(Dialect.parse("nginx"), Dialect.parse("einhorn")))),
            entry(Setting.RECOVER_THRESHOLD, new Sample("0", Settings::recoverThreshold, OptionalInt.of(0))),
            entry(Setting.RECOVER_WINDOW, new Sample("0s", Settings::recoverWindow, Duration.ZERO)),
            entry(Setting.RECOVER_INTERVAL, new Sample("250ms", Settings::recoverInterval, Duration.ofMillis(250))),
            entry(Setting.RECOVER_INTERVAL_MAX, new Sample("2m", Settings::recoverIntervalMax, Duration.ofMinutes(2))),
            entry(Setting.START_TIMEOUT, new Sample("90s", Settings::startTimeout, Duration.ofSeconds(90))),
            entry(Setting.READY, new Sample("delay=5s", Settings::ready, new ReadyMode.Delay(Duration.ofSeconds(5)))),
            entry(Setting.MIN_READY, new Sample("2", Settings::minReady, 2)),
            entry(Setting.RESIZE, new Sample("false", Settings::resize, false)),
            entry(Setting.DRAIN_DELAY, new Sample("5s", Settings::drainDelay, Duration.ofSeconds(5))),
            entry(
                    Setting.POD_GRACE_PERIOD,
                    new Sample("2h", Settings::podGracePeriod, Optional.of(Duration.ofHours(2)))),
            entry(Setting.WATCHDOG, new Sample("30s", Settings::watchdog, Optional.of(Duration.ofSeconds(30)))),
            entry(Setting.WATCHDOG_QUEUE, new Sample("8", Settings::watchdogQueue, OptionalInt.of(8))),
            entry(
                    Setting.METRICS_URL,
                    new Sample(
                            "unix:/run/a-{slot}.sock:/m",
                            settings -> settings.metricsUrl().map(MetricsUrl::toString),
                            Optional.of("unix:/run/a-{slot}.sock:/m"))),
            entry(Setting.METRICS_PER_WORKER, new Sample("true", Settings::metricsPerWorker, true)),
            entry(
                    Setting.METRICS_GAUGE,
                    new Sample(
                            "*_limit=max,pool_*=avg",
                            Settings::metricsGauges,
                            List.of(
                                    new GaugeRules.Rule("*_limit", GaugeRules.Mode.MAX),
                                    new GaugeRules.Rule("pool_*", GaugeRules.Mode.AVG)))),
            entry(Setting.SHUTDOWN_GRACE_PERIOD, new Sample("1h", Settings::shutdownGracePeriod, Duration.ofHours(1))));

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(Setting.class)
    void everySettingCanBeGivenAsAnOption(Setting setting) {
        check(
                setting,
                places(setting).option(setting, sample(setting).text()),
                new Origin(Origin.Kind.COMMAND_LINE, setting.option(), ""));
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void everySettingCanBeGivenAsASystemProperty(Setting setting) {
        check(
                setting,
                places(setting)
                        .property("prefork." + setting.key(), sample(setting).text()),
                new Origin(Origin.Kind.SYSTEM_PROPERTY, setting.property(), "system property"));
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void everySettingCanBeGivenAsAVariable(Setting setting) {
        check(
                setting,
                places(setting).variable(setting.variable(), sample(setting).text()),
                new Origin(Origin.Kind.ENVIRONMENT, setting.variable(), ""));
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void everySettingCanBeGivenInTheFileBesideTheWorkingDirectory(Setting setting) {
        check(
                setting,
                places(setting).file(setting.property() + "=" + sample(setting).text()),
                new Origin(Origin.Kind.APPLICATION_PROPERTIES, setting.property(), "config/application.properties"));
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void everySettingCanBeGivenInTheFileOnTheClassPath(Setting setting) {
        check(
                setting,
                places(setting)
                        .classPath(setting.property() + "=" + sample(setting).text()),
                new Origin(Origin.Kind.APPLICATION_PROPERTIES, setting.property(), "application.properties"));
    }

    @Test
    void listenKnowsThatItWasGiven() {
        assertThat(places().variable("PREFORK_LISTEN", "tcp4://0.0.0.0:8080")
                        .load()
                        .listenGiven())
                .isTrue();
    }

    private Places places() {
        return new Places(directory);
    }

    /** With what the setting means nothing without. */
    private Places places(Setting setting) {
        return setting == Setting.WATCHDOG_QUEUE ? places().option(Setting.WATCHDOG, "30s") : places();
    }

    private static Sample sample(Setting setting) {
        assertThat(SAMPLES).as("a sample for each setting").containsKey(setting);
        return SAMPLES.get(setting);
    }

    private void check(Setting setting, Places places, Origin origin) {
        // Built-in workers are asked for nothing.
        Settings settings = setting == Setting.METRICS_URL ? places.load("server") : places.load();
        Sample sample = sample(setting);
        assertThat(sample.value().apply(settings)).isEqualTo(sample.expected());
        assertThat(sample.value().apply(new Places(directory.resolve("empty")).load()))
                .as("the sample is not the default")
                .isNotEqualTo(sample.expected());
        assertThat(settings.text(setting)).isEqualTo(sample.text());
        assertThat(settings.origins().get(setting)).isEqualTo(origin);
        assertThat(settings.warnings()).isEmpty();
    }
}
