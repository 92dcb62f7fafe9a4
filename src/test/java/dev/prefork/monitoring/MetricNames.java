package dev.prefork.monitoring;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which metrics an expression of PromQL names. Metrics that are several series, such as a histogram's {@code _bucket}, are
 * named as the {@code # TYPE} line of a scrape does. Pure.
 */
public final class MetricNames {
    /** All that the master shows of itself. */
    public static final Set<String> KNOWN = Set.of(
            "prefork_workers",
            "prefork_workers_desired",
            "prefork_worker_up",
            "prefork_worker_uptime_seconds",
            "prefork_worker_ready_seconds",
            "prefork_worker_starts_total",
            "prefork_worker_exits_total",
            "prefork_worker_restarts_total",
            "prefork_recover_threshold",
            "prefork_recover_exits",
            "prefork_recover_backoff_seconds",
            "prefork_worker_startup_seconds",
            "prefork_worker_drain_seconds",
            "prefork_worker_cpu_seconds_total",
            "prefork_worker_resident_memory_bytes",
            "prefork_worker_open_fds",
            "prefork_worker_threads",
            "prefork_listener_queue",
            "prefork_listener_queue_limit",
            "prefork_listener_overflows_total",
            "prefork_listener_stalled_seconds",
            "prefork_rollout_active",
            "prefork_rollout_aborted",
            "prefork_rollout_overdue_seconds",
            "prefork_rollouts_total",
            "prefork_draining",
            "prefork_orphans_reaped_total",
            "prefork_notifications_dropped_total",
            "prefork_signals_total",
            "prefork_loop_lag_seconds",
            "prefork_log_lines_dropped_total",
            "prefork_scrape_workers",
            "prefork_scrape_rejects_total",
            "prefork_saturation_ratio",
            "prefork_saturation_part_ratio");

    private static final Pattern STRING =
            Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|`[^`]*`|#[^\n]*");
    private static final Pattern MATCHERS = Pattern.compile("\\{[^}]*}");
    private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
    private static final Pattern LABEL_LIST =
            Pattern.compile("(?i)\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");

    /** Not the tail of a number or of a variable of Grafana's, and not a function, which has its arguments behind it. */
    private static final Pattern NAME = Pattern.compile("(?<![\\w:$.])[a-zA-Z_:][\\w:]*+(?!\\s*\\()");

    private static final Set<String> KEYWORDS = Set.of(
            "and",
            "or",
            "unless",
            "atan2",
            "bool",
            "offset",
            "by",
            "without",
            "on",
            "ignoring",
            "group_left",
            "group_right",
            "inf",
            "nan");

    /** A suffix is a histogram's where it stands behind a unit: system_cpu_count is a metric of its own. */
    private static final Pattern PART = Pattern.compile("(?<=_(?:seconds|bytes))_(?:bucket|count|sum)$");

    private MetricNames() {}

    static Set<String> inRules() {
        return in(Alert.all().stream().map(Alert::expression).toList());
    }

    static Set<String> inDashboard() {
        Dashboard dashboard = Dashboard.read();
        return in(Stream.concat(dashboard.expressions().stream(), dashboard.variableExpressions().stream())
                .toList());
    }

    static Set<String> in(Collection<String> expressions) {
        return expressions.stream()
                .flatMap(expression -> in(expression).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    static Set<String> in(String expression) {
        String bare = expression;
        // Strings first: they may hold braces, brackets and the sign of a comment.
        for (Pattern gone : new Pattern[] {STRING, MATCHERS, RANGE, LABEL_LIST}) {
            bare = gone.matcher(bare).replaceAll(" ");
        }
        return NAME.matcher(bare)
                .results()
                .map(match -> match.group())
                .filter(name -> !KEYWORDS.contains(name.toLowerCase(Locale.ROOT)))
                .map(MetricNames::family)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    static String family(String name) {
        return PART.matcher(name).replaceFirst("");
    }
}
