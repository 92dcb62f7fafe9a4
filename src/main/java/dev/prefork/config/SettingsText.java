package dev.prefork.config;

import dev.prefork.handoff.Dialect;
import dev.prefork.metrics.collect.MetricsUrl;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Settings written out again. */
final class SettingsText {

    private SettingsText() {}

    static String of(Settings settings, Setting setting) {
        return switch (setting) {
            case WORKERS -> number(settings.workers(), setting);
            case RESIZE -> Boolean.toString(settings.resize());
            case LISTEN -> joined(settings.listen().stream());
            case BACKLOG -> Integer.toString(settings.backlog());
            case REUSE_PORT -> Boolean.toString(settings.reusePort());
            case DIALECT -> joined(settings.dialects().stream().sorted().map(Dialect::label));
            case RECOVER_THRESHOLD -> number(settings.recoverThreshold(), setting);
            case RECOVER_WINDOW -> duration(settings.recoverWindow());
            case RECOVER_INTERVAL -> duration(settings.recoverInterval());
            case RECOVER_INTERVAL_MAX -> duration(settings.recoverIntervalMax());
            case START_TIMEOUT -> duration(settings.startTimeout());
            case READY -> settings.ready().toString();
            case MIN_READY -> Integer.toString(settings.minReady());
            case DRAIN_DELAY -> duration(settings.drainDelay());
            case POD_GRACE_PERIOD -> optional(settings.podGracePeriod(), setting);
            case WATCHDOG -> optional(settings.watchdog(), setting);
            case WATCHDOG_QUEUE -> number(settings.watchdogQueue(), setting);
            case METRICS_URL -> settings.metricsUrl().map(MetricsUrl::toString).orElse(setting.defaultText());
            case METRICS_PER_WORKER -> Boolean.toString(settings.metricsPerWorker());
            case METRICS_GAUGE -> joined(settings.metricsGauges().stream());
            case SHUTDOWN_GRACE_PERIOD -> duration(settings.shutdownGracePeriod());
        };
    }

    private static String number(OptionalInt number, Setting setting) {
        return number.isPresent() ? Integer.toString(number.getAsInt()) : setting.defaultText();
    }

    private static String optional(Optional<Duration> duration, Setting setting) {
        return duration.map(DurationText::format).orElse(setting.defaultText());
    }

    private static String duration(Duration duration) {
        return DurationText.format(duration);
    }

    private static String joined(Stream<?> elements) {
        return elements.map(Object::toString).collect(Collectors.joining(","));
    }
}
