package dev.prefork.config;

import dev.prefork.handoff.Dialect;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that can be set: the one list from which options, configuration keys, environment variables, help and
 * validation are made. Immutable.
 */
public enum Setting {
    WORKERS(
            Group.WORKERS,
            Kind.VALUE,
            "workers",
            "N|auto",
            "auto",
            "Number of workers. auto: the whole cores of the CPU limit, at least 1,",
            "and no more than the memory limit allows."),
    RESIZE(
            Group.WORKERS,
            Kind.FLAG,
            "resize",
            "",
            "true",
            "Follow the limits when they change while the pod runs: auto is recalculated, and new",
            "workers get their share of the new limits."),
    LISTEN(
            Group.LISTENERS,
            Kind.LIST,
            "listen",
            "[NAME=]ADDR",
            "http=tcp4://0.0.0.0:8080",
            "Address to listen on: tcp://, tcp4://, tcp6://HOST:PORT or unix:///PATH; port 0",
            "picks one. Repeatable, or comma-separated; the first is descriptor 3."),
    BACKLOG(
            Group.LISTENERS,
            Kind.VALUE,
            "backlog",
            "N",
            "4096",
            "Length of each listener's accept queue; capped by net.core.somaxconn."),
    REUSE_PORT(
            Group.LISTENERS,
            Kind.FLAG,
            "reuse-port",
            "",
            "false",
            "One SO_REUSEPORT socket per worker, kept open by the master, instead of a shared one."),
    DIALECT(
            Group.LISTENERS,
            Kind.LIST,
            "dialect",
            "NAME",
            "",
            "Pass the sockets by this convention in addition to LISTEN_FDS:",
            dialects() + ". Repeatable, or comma-separated."),
    RECOVER_THRESHOLD(
            Group.RECOVERY,
            Kind.VALUE,
            "recover-threshold",
            "N",
            "max(1, workers/2)",
            "More unplanned exits than this inside the window end the master with code 4.",
            "0: at the first one."),
    RECOVER_WINDOW(
            Group.RECOVERY,
            Kind.VALUE,
            "recover-window",
            "D",
            "60s",
            "Sliding window for the threshold; 0: since the start."),
    RECOVER_INTERVAL(
            Group.RECOVERY,
            Kind.VALUE,
            "recover-interval",
            "D",
            "0s",
            "Wait before a worker is replaced; doubles with each consecutive failure."),
    RECOVER_INTERVAL_MAX(Group.RECOVERY, Kind.VALUE, "recover-interval-max", "D", "30s", "Upper limit of that wait."),
    START_TIMEOUT(
            Group.LIFE,
            Kind.VALUE,
            "start-timeout",
            "D",
            "60s",
            "A worker that is not ready after D counts as failed."),
    READY(
            Group.LIFE,
            Kind.VALUE,
            "ready",
            "MODE",
            "notify; for a COMMAND: auto",
            "When a worker is ready. notify: READY=1 on NOTIFY_SOCKET; delay=D: alive for D;",
            "http=PATH: it answers 2xx or 3xx there; auto: READY=1, or alive for 1s."),
    MIN_READY(Group.LIFE, Kind.VALUE, "min-ready", "N", "1", "The pod is ready while at least this many workers are."),
    DRAIN_DELAY(
            Group.LIFE,
            Kind.VALUE,
            "drain-delay",
            "D",
            "0s",
            "After SIGTERM: unready, but keep serving for D, because a pod still receives",
            "requests for a while after its termination has begun."),
    SHUTDOWN_GRACE_PERIOD(
            Group.LIFE,
            Kind.VALUE,
            "shutdown-grace-period",
            "D",
            "20s",
            "Time from the end of the drain delay to SIGKILL for the remaining workers."),
    POD_GRACE_PERIOD(
            Group.LIFE,
            Kind.VALUE,
            "pod-grace-period",
            "D",
            "",
            "The pod's terminationGracePeriodSeconds; warns if it is too short for the stop."),
    WATCHDOG(
            Group.LIFE,
            Kind.VALUE,
            "watchdog",
            "D|off",
            "off",
            "A worker that sends no WATCHDOG=1 for D is terminated and replaced; if it is a JVM,",
            "it writes a thread dump first."),
    WATCHDOG_QUEUE(
            Group.LIFE,
            Kind.VALUE,
            "watchdog-queue",
            "N",
            "",
            "The watchdog acts only while more than N connections wait to be accepted."),
    METRICS_URL(
            Group.METRICS,
            Kind.VALUE,
            "metrics-url",
            "TEMPLATE",
            "",
            "Where a COMMAND's worker exposes Prometheus metrics of its own: http://HOST:PORT/PATH or",
            "unix:/PATH:/PATH; {slot} and {pid} are replaced by the worker's."),
    METRICS_PER_WORKER(
            Group.METRICS,
            Kind.FLAG,
            "metrics-per-worker",
            "",
            "false",
            "Give workers' metrics a label worker instead of summing them."),
    METRICS_GAUGE(
            Group.METRICS,
            Kind.LIST,
            "metrics-gauge",
            "PATTERN=MODE",
            "",
            "How workers' gauges with matching names are merged, as in *_limit=max: sum (default), max,",
            "min, avg, last. Repeatable, or comma-separated.");

    private final Group group;
    private final Kind kind;
    private final String key;
    private final String placeholder;
    private final String defaultText;
    private final List<String> description;

    Setting(Group group, Kind kind, String key, String placeholder, String defaultText, String... description) {
        this.group = group;
        this.kind = kind;
        this.key = key;
        this.placeholder = placeholder;
        this.defaultText = defaultText;
        this.description = List.of(description);
    }

    private static String dialects() {
        return Stream.of(Dialect.values()).map(Dialect::label).collect(Collectors.joining(", "));
    }

    /** How settings are arranged in help. */
    public enum Group {
        WORKERS("Workers"),
        LISTENERS("Listeners"),
        RECOVERY("Recovery"),
        LIFE("Start, readiness and stop"),
        METRICS("Metrics of workers");

        private final String title;

        Group(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    /** How many values a setting takes: as an option a flag takes none, and only a list may be given more than once. */
    public enum Kind {
        VALUE,
        LIST,
        FLAG
    }

    public Group group() {
        return group;
    }

    public Kind kind() {
        return kind;
    }

    /** The name that all others derive from, such as {@code recover-threshold}. */
    public String key() {
        return key;
    }

    /** Such as {@code --recover-threshold}. */
    public String option() {
        return "--" + key;
    }

    /** Such as {@code prefork.recover-threshold}. */
    public String property() {
        return "prefork." + key;
    }

    /** Such as {@code PREFORK_RECOVER_THRESHOLD}. */
    public String variable() {
        return "PREFORK_" + key.replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** What stands for the value in help; empty for a flag. */
    public String placeholder() {
        return placeholder;
    }

    /** The default as help shows it; empty if there is none. */
    public String defaultText() {
        return defaultText;
    }

    /** One or two lines for help. */
    public List<String> description() {
        return description;
    }
}
