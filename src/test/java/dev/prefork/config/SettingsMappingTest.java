package dev.prefork.config;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.handoff.Dialect;
import dev.prefork.listen.FileMode;
import dev.prefork.listen.ListenSpec;
import dev.prefork.log.LogFormat;
import dev.prefork.log.WhenFull;
import dev.prefork.metrics.collect.MetricsUrl;
import dev.prefork.metrics.merge.GaugeRules;
import dev.prefork.os.Signal;
import dev.prefork.supervise.Readiness;
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
import org.junit.jupiter.params.provider.MethodSource;

/** Every setting from every place. A setting without a sample here fails these tests. */
class SettingsMappingTest {

    /** A text other than the default, where its value goes, and the value it means. */
    private record Sample(String text, Function<Settings, Object> value, Object expected) {}

    private static final Map<Option<?>, Sample> SAMPLES = Map.ofEntries(
            entry(Options.WORKERS, new Sample("3", settings -> settings.get(Options.WORKERS), OptionalInt.of(3))),
            entry(
                    Options.LISTEN,
                    new Sample(
                            "a=tcp4://127.0.0.1:81,b=unix:///run/b.sock",
                            settings -> settings.get(Options.LISTEN),
                            ListenSpec.parseList(List.of("a=tcp4://127.0.0.1:81", "b=unix:///run/b.sock")))),
            entry(
                    Options.LISTEN_MODE,
                    new Sample(
                            "0660",
                            settings -> settings.get(Options.LISTEN_MODE),
                            Optional.of(FileMode.parse("0660")))),
            entry(Options.BACKLOG, new Sample("17", settings -> settings.get(Options.BACKLOG), 17)),
            entry(Options.REUSE_PORT, new Sample("true", settings -> settings.get(Options.REUSE_PORT), true)),
            entry(
                    Options.DIALECT,
                    new Sample(
                            "einhorn,nginx",
                            settings -> settings.get(Options.DIALECT),
                            Set.of(Dialect.parse("nginx"), Dialect.parse("einhorn")))),
            entry(
                    Options.RECOVER_THRESHOLD,
                    new Sample("0", settings -> settings.get(Options.RECOVER_THRESHOLD), OptionalInt.of(0))),
            entry(
                    Options.RECOVER_WINDOW,
                    new Sample("0s", settings -> settings.get(Options.RECOVER_WINDOW), Duration.ZERO)),
            entry(
                    Options.RECOVER_INTERVAL,
                    new Sample("250ms", settings -> settings.get(Options.RECOVER_INTERVAL), Duration.ofMillis(250))),
            entry(
                    Options.RECOVER_INTERVAL_MAX,
                    new Sample("2m", settings -> settings.get(Options.RECOVER_INTERVAL_MAX), Duration.ofMinutes(2))),
            entry(Options.WARMUP, new Sample("/a,/b", settings -> settings.get(Options.WARMUP), List.of("/a", "/b"))),
            entry(Options.WARMUP_REQUESTS, new Sample("50", settings -> settings.get(Options.WARMUP_REQUESTS), 50)),
            entry(
                    Options.START_TIMEOUT,
                    new Sample("90s", settings -> settings.get(Options.START_TIMEOUT), Duration.ofSeconds(90))),
            entry(
                    Options.READY,
                    new Sample(
                            "delay=5s",
                            settings -> settings.get(Options.READY),
                            new ReadyMode("delay=5s", Readiness.after(Duration.ofSeconds(5)), Optional.empty()))),
            entry(Options.MIN_READY, new Sample("2", settings -> settings.get(Options.MIN_READY), 2)),
            entry(
                    Options.ENV,
                    new Sample("A=...", settings -> settings.get(Options.ENV), List.of(new Assignment("A", "...")))),
            entry(
                    Options.ENV_FILE,
                    new Sample(
                            "src/test/resources/config/worker.env",
                            settings -> settings.get(Options.ENV_FILE).stream()
                                    .map(EnvFile::variables)
                                    .toList(),
                            List.of(List.of(new Assignment("GREETING", "hello, worker {slot}"))))),
            entry(Options.STOP_SIGNAL, new Sample("QUIT", settings -> settings.get(Options.STOP_SIGNAL), Signal.QUIT)),
            entry(
                    Options.BLOCKING_LISTENER,
                    new Sample("http", settings -> settings.get(Options.BLOCKING_LISTENER), List.of("http"))),
            entry(
                    Options.WORKER_JAVA_OPTIONS,
                    new Sample(
                            "-Xmx64m -Da=b",
                            settings -> settings.get(Options.WORKER_JAVA_OPTIONS),
                            Optional.of(List.of("-Xmx64m", "-Da=b")))),
            entry(Options.CONTROL, new Sample("read", settings -> settings.text(Options.CONTROL), "read")),
            entry(Options.BOOT_CACHE, new Sample("/cache", settings -> settings.text(Options.BOOT_CACHE), "/cache")),
            entry(Options.RESIZE, new Sample("false", settings -> settings.get(Options.RESIZE), false)),
            entry(
                    Options.DRAIN_DELAY,
                    new Sample("5s", settings -> settings.get(Options.DRAIN_DELAY), Duration.ofSeconds(5))),
            entry(
                    Options.POD_GRACE_PERIOD,
                    new Sample(
                            "2h",
                            settings -> settings.get(Options.POD_GRACE_PERIOD),
                            Optional.of(Duration.ofHours(2)))),
            entry(
                    Options.WATCHDOG,
                    new Sample("30s", settings -> settings.get(Options.WATCHDOG), Optional.of(Duration.ofSeconds(30)))),
            entry(Options.MAX_SURGE, new Sample("3", settings -> settings.get(Options.MAX_SURGE), 3)),
            entry(Options.MAX_UNAVAILABLE, new Sample("2", settings -> settings.get(Options.MAX_UNAVAILABLE), 2)),
            entry(Options.SOAK, new Sample("10s", settings -> settings.get(Options.SOAK), Duration.ofSeconds(10))),
            entry(Options.LOG_FORMAT, new Sample("json", settings -> settings.get(Options.LOG_FORMAT), LogFormat.JSON)),
            entry(Options.LOG_TAG, new Sample("true", settings -> settings.get(Options.LOG_TAG), true)),
            entry(Options.LOG_FULL, new Sample("drop", settings -> settings.get(Options.LOG_FULL), WhenFull.DROP)),
            entry(Options.STANDBY, new Sample("1", settings -> settings.get(Options.STANDBY), 1)),
            entry(
                    Options.WATCH,
                    new Sample("src/test", settings -> settings.get(Options.WATCH), List.of(Path.of("src/test")))),
            entry(
                    Options.MAX_LIFETIME,
                    new Sample("6h", settings -> settings.get(Options.MAX_LIFETIME), Optional.of(Duration.ofHours(6)))),
            entry(
                    Options.MAX_LIFETIME_JITTER,
                    new Sample(
                            "5m",
                            settings -> settings.get(Options.MAX_LIFETIME_JITTER),
                            Optional.of(Duration.ofMinutes(5)))),
            entry(
                    Options.MAX_REQUESTS,
                    new Sample("1000", settings -> settings.get(Options.MAX_REQUESTS), OptionalInt.of(1000))),
            entry(
                    Options.MAX_REQUESTS_JITTER,
                    new Sample("50", settings -> settings.get(Options.MAX_REQUESTS_JITTER), OptionalInt.of(50))),
            entry(
                    Options.MAX_MEMORY,
                    new Sample(
                            "40%",
                            settings -> settings.get(Options.MAX_MEMORY), Optional.of(MemoryAmount.parse("40%")))),
            entry(
                    Options.MAX_MEMORY_JITTER,
                    new Sample(
                            "64Mi",
                            settings -> settings.get(Options.MAX_MEMORY_JITTER),
                            Optional.of(MemoryAmount.parse("64Mi")))),
            entry(
                    Options.WATCHDOG_QUEUE,
                    new Sample("8", settings -> settings.get(Options.WATCHDOG_QUEUE), OptionalInt.of(8))),
            entry(
                    Options.METRICS_URL,
                    new Sample(
                            "unix:/run/a-{slot}.sock:/m",
                            settings -> settings.get(Options.METRICS_URL).map(MetricsUrl::toString),
                            Optional.of("unix:/run/a-{slot}.sock:/m"))),
            entry(
                    Options.METRICS_PER_WORKER,
                    new Sample("true", settings -> settings.get(Options.METRICS_PER_WORKER), true)),
            entry(
                    Options.METRICS_GAUGE,
                    new Sample(
                            "*_limit=max,pool_*=avg",
                            settings -> settings.get(Options.METRICS_GAUGE),
                            List.of(
                                    new GaugeRules.Rule("*_limit", GaugeRules.Mode.MAX),
                                    new GaugeRules.Rule("pool_*", GaugeRules.Mode.AVG)))),
            entry(
                    Options.ADMIN_TOKEN,
                    new Sample(
                            "................",
                            settings -> settings.get(Options.ADMIN_TOKEN),
                            Optional.of(AdminSecret.parse("................")))),
            entry(
                    Options.ADMIN_TOKEN_FILE,
                    new Sample(
                            "src/test/resources/config/admin-token",
                            settings -> settings.get(Options.ADMIN_TOKEN_FILE),
                            Optional.of(Path.of("src/test/resources/config/admin-token")))),
            entry(
                    Options.SHUTDOWN_GRACE_PERIOD,
                    new Sample("1h", settings -> settings.get(Options.SHUTDOWN_GRACE_PERIOD), Duration.ofHours(1))));

    private static final Set<Option<?>> FOR_A_COMMAND =
            Set.of(Options.METRICS_URL, Options.STOP_SIGNAL, Options.BLOCKING_LISTENER);

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("dev.prefork.config.Options#all")
    void everySettingCanBeGivenAsAnOption(Option<?> option) {
        check(
                option,
                places(option).option(option, sample(option).text()),
                new Origin(Origin.Kind.COMMAND_LINE, option.word(), ""));
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.config.Options#all")
    void everySettingCanBeGivenAsASystemProperty(Option<?> option) {
        check(
                option,
                places(option)
                        .property("prefork." + option.name(), sample(option).text()),
                new Origin(Origin.Kind.SYSTEM_PROPERTY, option.key(), "system property"));
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.config.Options#all")
    void everySettingCanBeGivenAsAVariable(Option<?> option) {
        check(
                option,
                places(option).variable(option.variable(), sample(option).text()),
                new Origin(Origin.Kind.ENVIRONMENT, option.variable(), ""));
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.config.Options#all")
    void everySettingCanBeGivenInTheFileBesideTheWorkingDirectory(Option<?> option) {
        check(
                option,
                places(option).file(option.key() + "=" + sample(option).text()),
                new Origin(Origin.Kind.APPLICATION_PROPERTIES, option.key(), "config/application.properties"));
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.config.Options#all")
    void everySettingCanBeGivenInTheFileOnTheClassPath(Option<?> option) {
        check(
                option,
                places(option).classPath(option.key() + "=" + sample(option).text()),
                new Origin(Origin.Kind.APPLICATION_PROPERTIES, option.key(), "application.properties"));
    }

    @Test
    void listenKnowsThatItWasGiven() {
        assertThat(places().variable("PREFORK_LISTEN", "tcp4://0.0.0.0:8080")
                        .load()
                        .isGiven(Options.LISTEN))
                .isTrue();
    }

    private Places places() {
        return new Places(directory);
    }

    /** With what the setting means nothing without. */
    private Places places(Option<?> option) {
        if (option == Options.LISTEN_MODE) {
            return places().option(Options.LISTEN, "unix:///run/b.sock");
        }
        if (option == Options.WARMUP_REQUESTS) {
            return places().option(Options.WARMUP, "/a");
        }
        if (option == Options.MAX_LIFETIME_JITTER) {
            return places().option(Options.MAX_LIFETIME, "1h");
        }
        if (option == Options.MAX_REQUESTS_JITTER) {
            return places().option(Options.MAX_REQUESTS, "100");
        }
        if (option == Options.MAX_MEMORY_JITTER) {
            return places().option(Options.MAX_MEMORY, "512Mi");
        }
        return option == Options.WATCHDOG_QUEUE ? places().option(Options.WATCHDOG, "30s") : places();
    }

    private static Sample sample(Option<?> option) {
        assertThat(SAMPLES).as("a sample for each setting").containsKey(option);
        return SAMPLES.get(option);
    }

    private void check(Option<?> option, Places places, Origin origin) {
        // Built-in workers are asked for nothing.
        Settings settings = FOR_A_COMMAND.contains(option) ? places.load("server") : places.load();
        Sample sample = sample(option);
        assertThat(sample.value().apply(settings)).isEqualTo(sample.expected());
        assertThat(sample.value().apply(new Places(directory.resolve("empty")).load()))
                .as("the sample is not the default")
                .isNotEqualTo(sample.expected());
        assertThat(settings.text(option)).isEqualTo(sample.text());
        assertThat(settings.origin(option)).isEqualTo(origin);
        assertThat(settings.warnings()).isEmpty();
    }
}
