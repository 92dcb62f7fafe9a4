package dev.prefork.config;

import dev.prefork.handoff.Dialect;
import dev.prefork.listen.ListenAddress;
import dev.prefork.listen.ListenSpec;
import dev.prefork.metrics.collect.MetricsUrl;
import dev.prefork.metrics.merge.GaugeRules;
import dev.prefork.probe.HttpProbe;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Makes settings out of what was given and the defaults, and refuses what does not fit together. */
final class SettingsReader {
    private static final List<String> LISTEN = List.of("http=tcp4://0.0.0.0:8080");
    private static final int BACKLOG = 4096;
    private static final Duration RECOVER_WINDOW = Duration.ofSeconds(60);
    private static final Duration RECOVER_INTERVAL = Duration.ZERO;
    private static final Duration RECOVER_INTERVAL_MAX = Duration.ofSeconds(30);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration SHUTDOWN_GRACE_PERIOD = Duration.ofSeconds(20);

    /** A full garbage collection of a large heap keeps an event loop from beating for less than this. */
    private static final Duration SHORTEST_WATCHDOG = Duration.ofSeconds(1);

    private final Given given;

    SettingsReader(Given given) {
        this.given = given;
    }

    Settings read(List<String> command, List<String> warnings) {
        if (!command.isEmpty() && command.get(0).isBlank()) {
            throw new UsageException("the command after -- is empty; name a program, or omit --");
        }
        Settings settings = new Settings(
                workers(),
                given.flag(Setting.RESIZE, true),
                listen(),
                given.has(Setting.LISTEN),
                given.number(Setting.BACKLOG, 1, "an accept queue holds at least 1 connection; give 1 or more")
                        .orElse(BACKLOG),
                given.flag(Setting.REUSE_PORT, false),
                given.number(
                        Setting.RECOVER_THRESHOLD,
                        0,
                        "a threshold cannot be negative; give 0 to stop at the first crash, or more"),
                given.duration(Setting.RECOVER_WINDOW, RECOVER_WINDOW),
                given.duration(Setting.RECOVER_INTERVAL, RECOVER_INTERVAL),
                given.duration(Setting.RECOVER_INTERVAL_MAX, RECOVER_INTERVAL_MAX),
                given.duration(Setting.START_TIMEOUT, START_TIMEOUT),
                ready(command),
                drainDelay(),
                gracePeriod(),
                podGracePeriod(),
                watchdog(),
                given.number(Setting.WATCHDOG_QUEUE, 0, "a number of connections cannot be negative; give 0 or more"),
                given.number(Setting.MIN_READY, 1, "a pod without a ready worker cannot serve; give 1 or more")
                        .orElse(1),
                dialects(),
                metricsUrl(command),
                given.flag(Setting.METRICS_PER_WORKER, false),
                metricsGauges(),
                command,
                origins(),
                withPodGrace(warnings));
        refuseContradictions(settings);
        return settings;
    }

    private OptionalInt workers() {
        return given.text(Setting.WORKERS).filter("auto"::equals).isPresent()
                ? OptionalInt.empty()
                : given.number(Setting.WORKERS, 1, "there must be at least 1 worker; give a number or auto");
    }

    private List<ListenSpec> listen() {
        List<String> texts = given.texts(Setting.LISTEN, LISTEN);
        return reading(Setting.LISTEN, () -> ListenSpec.parseList(texts));
    }

    private Set<Dialect> dialects() {
        Set<Dialect> dialects = new LinkedHashSet<>();
        for (String text : given.texts(Setting.DIALECT, List.of())) {
            for (String name : text.split(",", -1)) {
                dialects.add(reading(Setting.DIALECT, () -> Dialect.parse(name.strip())));
            }
        }
        return dialects;
    }

    private Optional<MetricsUrl> metricsUrl(List<String> command) {
        Optional<MetricsUrl> url = given.text(Setting.METRICS_URL)
                .filter(text -> !text.isBlank())
                .map(text -> reading(Setting.METRICS_URL, () -> MetricsUrl.parse(text)));
        if (url.isPresent() && command.isEmpty()) {
            throw given.refused(
                    Setting.METRICS_URL,
                    "built-in workers already pass their metrics to the master; leave it out, or name a command after"
                            + " --");
        }
        return url;
    }

    private List<GaugeRules.Rule> metricsGauges() {
        return given.texts(Setting.METRICS_GAUGE, List.of()).stream()
                .flatMap(text -> Stream.of(text.split(",", -1)))
                .map(rule -> reading(Setting.METRICS_GAUGE, () -> GaugeRules.Rule.parse(rule.strip())))
                .toList();
    }

    private ReadyMode ready(List<String> command) {
        String otherwise = command.isEmpty() ? "notify" : "auto";
        String text = given.text(Setting.READY).orElse(otherwise);
        if (text.startsWith("delay=")) {
            return new ReadyMode.Delay(given.duration(Setting.READY, text.substring("delay=".length())));
        }
        if (text.startsWith("http=")) {
            String path = text.substring("http=".length());
            HttpProbe.refusal(path).ifPresent(why -> {
                throw given.refused(Setting.READY, why);
            });
            return new ReadyMode.Http(path);
        }
        return switch (text) {
            case "notify" -> new ReadyMode.Notify();
            case "auto" -> new ReadyMode.Auto();
            default ->
                throw given.refused(
                        Setting.READY,
                        "not a readiness mode; give notify, auto, delay=D such as delay=5s, or http=PATH such as"
                                + " http=/healthz");
        };
    }

    private Duration drainDelay() {
        return given.duration(Setting.DRAIN_DELAY, Duration.ZERO);
    }

    private Duration gracePeriod() {
        return given.duration(Setting.SHUTDOWN_GRACE_PERIOD, SHUTDOWN_GRACE_PERIOD);
    }

    private Optional<Duration> podGracePeriod() {
        return given.text(Setting.POD_GRACE_PERIOD).map(text -> given.duration(Setting.POD_GRACE_PERIOD, text));
    }

    private List<String> withPodGrace(List<String> warnings) {
        Optional<String> tooShort = podGracePeriod()
                .flatMap(granted -> PodGrace.warning(granted, drainDelay(), gracePeriod()))
                .map(why -> given.shown(Setting.POD_GRACE_PERIOD) + why);
        return Stream.concat(warnings.stream(), tooShort.stream()).toList();
    }

    private Optional<Duration> watchdog() {
        Optional<String> text = given.text(Setting.WATCHDOG).filter(value -> !value.equals("off"));
        Optional<Duration> watchdog = text.map(value -> given.duration(Setting.WATCHDOG, value));
        if (watchdog.isPresent() && watchdog.get().compareTo(SHORTEST_WATCHDOG) < 0) {
            throw given.refused(
                    Setting.WATCHDOG,
                    "a garbage collection would look like a hang; give " + DurationText.format(SHORTEST_WATCHDOG)
                            + " or more, or off");
        }
        return watchdog;
    }

    private Map<Setting, Origin> origins() {
        Map<Setting, Origin> origins = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            origins.put(setting, given.origin(setting));
        }
        return origins;
    }

    private <T> T reading(Setting setting, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            throw given.refused(setting, e.getMessage());
        }
    }

    private static void refuseContradictions(Settings settings) {
        refuseIdle(settings);
        settings.workers().ifPresent(settings::requireReachable);
        if (settings.recoverInterval().compareTo(settings.recoverIntervalMax()) > 0) {
            throw new UsageException(shown(settings, Setting.RECOVER_INTERVAL) + " is longer than "
                    + shown(settings, Setting.RECOVER_INTERVAL_MAX)
                    + ": the wait could never be that long; lower the former or raise the latter");
        }
        if (settings.startTimeout().isZero()) {
            throw new UsageException(shown(settings, Setting.START_TIMEOUT)
                    + ": every worker would fail at once; give a duration above zero");
        }
        if (settings.ready() instanceof ReadyMode.Delay delay
                && delay.duration().compareTo(settings.startTimeout()) >= 0) {
            throw new UsageException(shown(settings, Setting.READY) + " is not shorter than "
                    + shown(settings, Setting.START_TIMEOUT)
                    + ": no worker would ever be ready; lower the former or raise the latter");
        }
    }

    private static void refuseIdle(Settings settings) {
        if (settings.watchdogQueue().isPresent() && settings.watchdog().isEmpty()) {
            throw new UsageException(shown(settings, Setting.WATCHDOG_QUEUE) + " has no effect without a watchdog; set "
                    + Setting.WATCHDOG.option() + " too, or leave it out");
        }
        boolean onlyFiles = settings.listen().stream().noneMatch(spec -> spec.address() instanceof ListenAddress.Tcp);
        if (settings.watchdogQueue().orElse(0) > 0 && onlyFiles) {
            throw new UsageException(shown(settings, Setting.WATCHDOG_QUEUE)
                    + " needs a TCP listener: for a unix one the kernel only says whether connections wait; give 0, or listen"
                    + " on a TCP port too");
        }
        if (settings.ready() instanceof ReadyMode.Http && onlyFiles) {
            throw new UsageException(shown(settings, Setting.READY)
                    + " needs a TCP listener: on a unix one it is unknown which worker answered, so no worker would ever be"
                    + " ready; listen on a TCP port too, or choose notify or delay=D");
        }
    }

    private static String shown(Settings settings, Setting setting) {
        return settings.origins().get(setting).with(settings.text(setting));
    }
}
