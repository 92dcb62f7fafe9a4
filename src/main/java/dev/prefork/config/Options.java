package dev.prefork.config;

import static dev.prefork.config.OptionType.DURATION;
import static dev.prefork.config.OptionType.FLAG;
import static dev.prefork.config.OptionType.each;
import static dev.prefork.config.OptionType.list;
import static dev.prefork.config.OptionType.number;
import static dev.prefork.config.OptionType.optional;
import static dev.prefork.config.OptionType.optionalNumber;
import static dev.prefork.config.OptionType.value;

import dev.prefork.config.Option.Group;
import dev.prefork.control.Access;
import dev.prefork.handoff.Dialect;
import dev.prefork.listen.FileMode;
import dev.prefork.listen.ListenSpec;
import dev.prefork.log.LogFormat;
import dev.prefork.log.WhenFull;
import dev.prefork.metrics.collect.MetricsUrl;
import dev.prefork.metrics.merge.GaugeRules;
import dev.prefork.os.Signal;
import dev.prefork.supervise.Policy;
import dev.prefork.warmup.WarmupPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Everything that can be set: the one list from which command line, configuration keys, environment variables, help, reports
 * and checks are made. A new option is one constant more; their order is that of help. Immutable; any thread.
 */
public final class Options {
    /** First of all: each constant below adds itself. */
    private static final List<Option<?>> ALL = new ArrayList<>();

    /** The compiler copies these two: a worker, which has to start fast, knows them without loading this class. */
    public static final String GRACE_PERIOD = "shutdown-grace-period";

    public static final String GRACE_PERIOD_DEFAULT = "20s";

    /** The same for what a worker is told of its warm-up. */
    public static final String WARMUP_PATHS = "warmup";

    public static final String WARMUP_NUMBER = "warmup-requests";
    public static final String WARMUP_NUMBER_DEFAULT = "200";
    public static final String TIME_TO_START = "start-timeout";
    public static final String TIME_TO_START_DEFAULT = "60s";

    /** And of when to ask for its replacement. */
    public static final String REQUESTS = "max-requests";

    public static final String REQUESTS_JITTER = "max-requests-jitter";

    /** And of how to write its log. */
    public static final String FORMAT_OF_LOG = "log-format";

    /** Absent for {@code auto}. */
    public static final Option<OptionalInt> WORKERS = add(
            Group.WORKERS,
            "workers",
            optionalNumber("auto", 1, "there must be at least 1 worker; give a number or auto"),
            "auto",
            """
            Number of workers. auto: the whole cores of the CPU limit, or without one of
            PREFORK_CPU_REQUEST (millicores) or 8 at most; at least 1, and no more than memory allows.""");

    public static final Option<Boolean> RESIZE = add(Group.WORKERS, "resize", FLAG, "true", """
            Follow the limits when they change while the pod runs: auto is recalculated, and JVM
            workers are replaced by ones with their share of the new limits.""");

    /** In the order given; those of files come before them. */
    public static final Option<List<Assignment>> ENV = add(
            Group.WORKERS,
            "env",
            list("NAME=VALUE", texts -> texts.stream().map(Assignment::parse).toList()),
            "",
            """
            A variable for workers; it replaces an inherited one. Repeatable; a comma belongs to the
            value. {slot} is replaced by the worker's, here and in COMMAND's arguments.""");

    /** Read when the settings are. */
    public static final Option<List<EnvFile>> ENV_FILE =
            add(Group.WORKERS, "env-file", list("PATH", each(EnvFile::read)), "", """
            A file of variables for workers, a line NAME=VALUE for each. Repeatable, or comma-separated;
            of two of one name the later counts, and --env outweighs all files.""");

    /** Whole words; see {@link JavaOptionsText}. */
    public static final Option<Optional<List<String>>> WORKER_JAVA_OPTIONS = add(
            Group.WORKERS,
            "worker-java-options",
            optional("", value("TEXT", JavaOptionsText::split).writtenBy(JavaOptionsText::join)),
            "",
            """
            JVM options for built-in workers, as in "-Xmx256m -XX:+UseZGC"; quotes group. The
            master's own -X, -XX and agent options are not repeated to them.""");

    public static final Option<BootCacheMode> BOOT_CACHE =
            add(Group.WORKERS, "boot-cache", value("DIR|auto|off", BootCacheMode::parse), "auto", """
            JVM workers start from a class-data archive that is made of what a worker has loaded.
            auto: for workers with Prefork on their class path; DIR: kept there, and for any java.""");

    /** In the order of descriptors; empty for {@code none}. */
    public static final Option<List<ListenSpec>> LISTEN = add(
            Group.LISTENERS,
            "listen",
            list("[NAME=]ADDR|none", ListenSpec::parseList).writtenBy(ListenSpec::text),
            "http=tcp4://0.0.0.0:8080",
            """
            Address to listen on: tcp://, tcp4://, tcp6://HOST:PORT or unix:///PATH; port 0 picks one.
            Repeatable, or comma-separated; the first is descriptor 3. none: workers bind their own.""");

    /** Absent for what the umask leaves. */
    public static final Option<Optional<FileMode>> LISTEN_MODE =
            add(Group.LISTENERS, "listen-mode", optional("", value("MODE", FileMode::parse)), "", """
            Permissions of unix listeners' files, in octal, such as 0660: who may write may connect.
            Without it the umask decides.""");

    public static final Option<Integer> BACKLOG = add(
            Group.LISTENERS,
            "backlog",
            number(1, "an accept queue holds at least 1 connection; give 1 or more"),
            "4096",
            "Length of each listener's accept queue; capped by net.core.somaxconn.");

    public static final Option<Boolean> REUSE_PORT = add(Group.LISTENERS, "reuse-port", FLAG, "false", """
            One SO_REUSEPORT socket per worker, kept open by the master, instead of a shared one.""");

    /** Names of listeners. */
    public static final Option<List<String>> BLOCKING_LISTENER =
            add(Group.LISTENERS, "blocking-listener", list("NAME", each(name -> name)), "", """
            accept blocks on the listener of this name, for a COMMAND with a bare accept loop such as
            php-fpm. Repeatable, or comma-separated.""");

    /** Beside LISTEN_FDS. */
    public static final Option<Set<Dialect>> DIALECT = add(
            Group.LISTENERS,
            "dialect",
            list("NAME", each(Dialect::parse).andThen(names -> Collections.unmodifiableSet(new TreeSet<>(names)))),
            "",
            """
            Pass the sockets by this convention in addition to LISTEN_FDS:
            %s. Repeatable, or comma-separated.""".formatted(Dialect.known()));

    /** Absent for the default, which depends on the number of workers. */
    public static final Option<OptionalInt> RECOVER_THRESHOLD = add(
            Group.RECOVERY,
            "recover-threshold",
            optionalNumber("", 0, "a threshold cannot be negative; give 0 to stop at the first crash, or more"),
            "max(1, workers/2)",
            """
            More unexpected exits than this inside the window end the master with code 4.
            0: at the first one.""");

    /** Zero means since the start. */
    public static final Option<Duration> RECOVER_WINDOW = add(
            Group.RECOVERY, "recover-window", DURATION, "60s", "Sliding window for the threshold; 0: since the start.");

    public static final Option<Duration> RECOVER_INTERVAL =
            add(Group.RECOVERY, "recover-interval", DURATION, "0s", """
            Wait before a worker is replaced; doubles with each consecutive failure.""");

    public static final Option<Duration> RECOVER_INTERVAL_MAX =
            add(Group.RECOVERY, "recover-interval-max", DURATION, "30s", "Upper limit of that wait.");

    public static final Option<Duration> START_TIMEOUT = add(
            Group.LIFE,
            TIME_TO_START,
            DURATION,
            TIME_TO_START_DEFAULT,
            "A worker that is not ready after D counts as failed.");

    /** For built-in workers, and Java programs that may have this project as a dependency. */
    public static final Option<List<String>> WARMUP =
            add(Group.LIFE, WARMUP_PATHS, list("PATH", each(WarmupPlan::path)), "", """
            A path that a built-in worker requests of itself before it is ready, so that its first
            clients do not meet a cold JVM. Repeatable, or comma-separated.""");

    public static final Option<Integer> WARMUP_REQUESTS = add(
            Group.LIFE,
            WARMUP_NUMBER,
            number(1, "a warm-up has at least 1 request; give 1 or more, or leave out --warmup"),
            WARMUP_NUMBER_DEFAULT,
            "Number of these requests, to the paths in turn.");

    public static final Option<ReadyMode> READY =
            add(Group.LIFE, "ready", value("MODE", ReadyMode::parse), "notify; for a COMMAND: auto", """
            When a worker is ready: notify (READY=1), accept (it waits for connections), auto (either),
            http=PATH (it answers 2xx or 3xx there) or delay=D (alive for D).""");

    public static final Option<Integer> MIN_READY = add(
            Group.LIFE,
            "min-ready",
            number(1, "a pod without a ready worker cannot serve; give 1 or more"),
            "1",
            "The pod is ready while at least this many workers are.");

    public static final Option<Duration> DRAIN_DELAY = add(Group.LIFE, "drain-delay", DURATION, "0s", """
            After SIGTERM: unready, but keep serving for D, because a pod still receives
            requests for a while after its termination has begun.""");

    public static final Option<Duration> SHUTDOWN_GRACE_PERIOD =
            add(Group.LIFE, GRACE_PERIOD, DURATION, GRACE_PERIOD_DEFAULT, """
            Time from the end of the drain delay to SIGKILL for the remaining workers.""");

    public static final Option<Signal> STOP_SIGNAL =
            add(Group.LIFE, "stop-signal", value("SIG", StopSignal::parse), "TERM", """
            What asks a COMMAND's worker to stop, by name or number: QUIT for nginx and php-fpm,
            HUP for uWSGI, for example; docs/RECIPES.md has more.""");

    public static final Option<Optional<Duration>> POD_GRACE_PERIOD =
            add(Group.LIFE, "pod-grace-period", optional("", DURATION), "", """
            The pod's terminationGracePeriodSeconds; warns if it is too short for the stop.""");

    /** At least a second: for less than that a full garbage collection of a large heap keeps an event loop from running. */
    public static final Option<Optional<Duration>> WATCHDOG = add(
            Group.LIFE,
            "watchdog",
            optional(
                    "off",
                    DURATION.where(
                            limit -> limit.compareTo(Duration.ofSeconds(1)) >= 0,
                            "a garbage collection would look like a hang; give 1s or more, or off")),
            "off",
            """
            A worker that sends no WATCHDOG=1 for D, or never does and does nothing for D while
            connections wait, is terminated and replaced; a JVM writes a thread dump first.""");

    public static final Option<OptionalInt> WATCHDOG_QUEUE = add(
            Group.LIFE,
            "watchdog-queue",
            optionalNumber("", 0, "a number of connections cannot be negative; give 0 or more"),
            "",
            "The watchdog acts only while more than N connections wait to be accepted.");

    public static final Option<Integer> MAX_SURGE = add(
            Group.REPLACEMENT,
            "max-surge",
            number(0, "a number of workers cannot be negative; give 0 or more")
                    .where(count -> count <= Policy.MOST_WORKERS, "that is more than any pod has; give fewer"),
            "1",
            """
            While workers are replaced, so many more than wanted may run. By default 1, or 0 where the
            memory limit carries none more.""");

    public static final Option<Integer> MAX_UNAVAILABLE = add(
            Group.REPLACEMENT,
            "max-unavailable",
            number(0, "a number of workers cannot be negative; give 0 or more"),
            "0",
            """
            While workers are replaced, so many fewer than wanted may be ready. By default 0, or 1
            where the memory limit carries no worker more.""");

    public static final Option<Duration> SOAK = add(Group.REPLACEMENT, "soak", DURATION, "0s", """
            In a reload the first new worker must serve for D before the others are replaced.""");

    public static final Option<Integer> STANDBY = add(
            Group.REPLACEMENT,
            "standby",
            number(0, "a number of workers cannot be negative; give 0 or more")
                    .where(count -> count <= Policy.MOST_WORKERS, "that is more than any pod has; give fewer"),
            "0",
            """
            Number of built-in workers that are booted, and warmed by --warmup, but accept nothing until
            one that serves dies or is replaced: then one takes over at once.""");

    /** Each exists when the settings are read. */
    public static final Option<List<Path>> WATCH =
            add(Group.REPLACEMENT, "watch", list("PATH", each(Options::existing)), "", """
            Reload when the content of this file changes, or of a file in this directory, such as a
            mounted ConfigMap. Repeatable, or comma-separated.""");

    /** At least a second: below that workers would be replaced faster than most can start. */
    public static final Option<Optional<Duration>> MAX_LIFETIME = add(
            Group.RECYCLING,
            "max-lifetime",
            optional(
                    "off",
                    DURATION.where(
                            limit -> limit.compareTo(Duration.ofSeconds(1)) >= 0,
                            "workers would be replaced faster than they can start; give 1s or more, or off")),
            "off",
            """
            A worker that has served for D is replaced: the new one is ready before it is stopped, and
            one worker at a time. Its exit is planned, and does not count.""");

    public static final Option<Optional<Duration>> MAX_LIFETIME_JITTER =
            add(Group.RECYCLING, "max-lifetime-jitter", optional("", DURATION), "a tenth of it", """
            So much more or less than that, by chance, so that workers that were started together are
            not replaced together.""");

    /** Counted by built-in workers, and by applications that have this project as a dependency. */
    public static final Option<OptionalInt> MAX_REQUESTS = add(
            Group.RECYCLING,
            REQUESTS,
            optionalNumber("off", 1, "a worker has to answer at least 1 request; give 1 or more, or off"),
            "off",
            """
            A built-in worker, or a Quarkus application with Prefork as a dependency, that has answered
            N requests is replaced likewise. Any other COMMAND has to ask by PREFORK_RECYCLE=1.""");

    public static final Option<OptionalInt> MAX_REQUESTS_JITTER = add(
            Group.RECYCLING,
            REQUESTS_JITTER,
            optionalNumber("", 0, "a number of requests cannot be negative; give 0 or more"),
            "a tenth of it",
            "So many more or fewer than that, by chance.");

    /** Of any command; a part is one of the memory limit. */
    public static final Option<Optional<MemoryAmount>> MAX_MEMORY = add(
            Group.RECYCLING,
            "max-memory",
            optional(
                    "off",
                    value("SIZE|PERCENT", MemoryAmount::parse)
                            .where(
                                    amount -> !amount.isTiny(),
                                    "no worker can do with so little, so each would be replaced at once; give more, such as"
                                            + " 512Mi or 40%, or off")),
            "off",
            """
            A worker whose processes hold more memory of their own in three samples, ten seconds apart,
            is replaced likewise: 512Mi, 2G, or a part of the pod's memory limit, such as 40%.""");

    public static final Option<Optional<MemoryAmount>> MAX_MEMORY_JITTER = add(
            Group.RECYCLING,
            "max-memory-jitter",
            optional("", value("SIZE|PERCENT", MemoryAmount::parse)),
            "",
            "Each worker's limit is lower by up to that, by chance.");

    public static final Option<Access> CONTROL =
            add(Group.CONTROL, "control", value("off|read|full", Access::parse), "full", """
            Answer status, reload, scale, stop, kill and dump on an abstract unix socket, to processes
            of the master's user and of root in its pid namespace; read: status alone.""");

    public static final Option<Optional<MetricsUrl>> METRICS_URL =
            add(Group.METRICS, "metrics-url", optional("", value("TEMPLATE", MetricsUrl::parse)), "", """
            Where a COMMAND's worker exposes Prometheus metrics of its own: http://HOST:PORT/PATH or
            unix:/PATH:/PATH; {slot} and {pid} are replaced by the worker's.""");

    public static final Option<Boolean> METRICS_PER_WORKER =
            add(Group.METRICS, "metrics-per-worker", FLAG, "false", """
            Add a worker label to the workers' metrics instead of summing them.""");

    public static final Option<List<GaugeRules.Rule>> METRICS_GAUGE =
            add(Group.METRICS, "metrics-gauge", list("PATTERN=MODE", each(GaugeRules.Rule::parse)), "", """
            How workers' gauges with matching names are merged, as in *_limit=max: sum (default), max,
            min, avg, last. Repeatable, or comma-separated.""");

    public static final Option<Optional<AdminSecret>> ADMIN_TOKEN =
            add(Group.MANAGEMENT, "admin-token", optional("", value("TOKEN", AdminSecret::parse)), "", """
            Allow POST /prefork/reload, scale, stop and kill to those who send it as a bearer token. It
            is never shown, and workers do not get its variable. Better by that, or from a file.""");

    public static final Option<Optional<Path>> ADMIN_TOKEN_FILE =
            add(Group.MANAGEMENT, "admin-token-file", optional("", value("PATH", AdminSecret::file)), "", """
            The same from a file, such as a mounted Secret; read again for each request.""");

    public static final Option<LogFormat> LOG_FORMAT =
            add(Group.LOG, FORMAT_OF_LOG, value("text|json", LogFormat::parse), "text", """
            How the master's lines are written, and those of built-in workers: for people, or one JSON
            object a line.""");

    public static final Option<Boolean> LOG_TAG = add(Group.LOG, "log-tag", FLAG, "false", """
            The master reads what workers write, and marks each line with its worker: worker 2 (pid
            4711) | ...; with json, by the fields slot and pid.""");

    public static final Option<WhenFull> LOG_FULL =
            add(Group.LOG, "log-full", value("block|drop", WhenFull::parse), "block", """
            With --log-tag, while the master's own output is not read: workers that write wait, or
            their lines are dropped and counted.""");

    private Options() {}

    private static Path existing(String name) {
        Path path = Path.of(name);
        if (!Files.exists(path)) {
            throw new IllegalArgumentException(
                    name + " does not exist, so its changes could not be seen; mount it, or correct the path");
        }
        if (!Files.isReadable(path) || Files.isDirectory(path) && !Files.isExecutable(path)) {
            throw new IllegalArgumentException(name
                    + " cannot be read, so its changes could not be seen; correct its permissions, such as by fsGroup");
        }
        return path;
    }

    /** In the order of help. */
    public static List<Option<?>> all() {
        return Collections.unmodifiableList(ALL);
    }

    /** The one with a name such as {@code drain-delay}. */
    public static Optional<Option<?>> named(String name) {
        return ALL.stream().filter(option -> option.name().equals(name)).findFirst();
    }

    private static <T> Option<T> add(Group group, String name, OptionType<T> type, String defaultText, String help) {
        Option<T> option = new Option<>(group, name, type, defaultText, help);
        ALL.add(option);
        return option;
    }
}
