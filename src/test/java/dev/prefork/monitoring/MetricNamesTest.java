package dev.prefork.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricNamesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "a_total | a_total",
                "job:a:sum5m / :b | job:a:sum5m :b",
                "sum by (pod, job) (increase(a_total{cause=\"oom\", b=~'c+d'}[15m])) > 0 | a_total",
                "sum(rate(a_total[5m])) without (pod) | a_total",
                "SUM BY (pod) (a) AND b | a b",
                "a - ignoring (state) b{state=\"ready\"} | a b",
                "a * on(x) group_left (y, z) b unless on (n) c == bool 1 | a b c",
                "a * on (x) group_left b | a b",
                "max_over_time(a[5m:1m] offset 1h) >= 0.75 * b @ 1.5e3 | a b",
                "a > 1e9 or b < +Inf and c != NaN atan2 d | a b c d",
                "a{x=\"b{c} (d) \\\" e\"} + f | a f",
                "label_replace(a, 'b', `$1 c`, \"d\", '(.*) e # f') + g | a g",
                "rate(a[$__rate_interval]) + $b + ${c} + d{e=~\"$f\"} | a d",
                "histogram_quantile (0.9, sum by (le) (rate(a_seconds_bucket[5m]))) | a_seconds",
                "rate(a_seconds_sum[5m]) / rate(a_seconds_count[5m]) | a_seconds",
                "b_bytes_count + system_cpu_count + c_seconds_max | b_bytes system_cpu_count c_seconds_max",
                "by_the_way + on_call + insum + sum | by_the_way on_call insum sum",
            })
    void findsMetricsAndNothingElse(String expression, String names) {
        assertThat(MetricNames.in(expression)).containsExactlyInAnyOrder(names.split(" "));
    }

    @Test
    void aCommentEndsWithItsLine() {
        assertThat(MetricNames.in("a # b\n + c")).containsExactlyInAnyOrder("a", "c");
    }

    @Test
    void theRulesAreRead() {
        assertThat(MetricNames.inRules())
                .contains("prefork_worker_exits_total", "prefork_workers", "prefork_draining")
                .doesNotContain("prefork", "pod", "oom", "increase", "and");
    }

    @Test
    void theDashboardIsRead() {
        assertThat(MetricNames.inDashboard())
                .contains("prefork_workers_desired", "prefork_worker_startup_seconds", "http_server_requests_seconds")
                .doesNotContain("pod", "namespace", "le", "rate");
    }

    @Test
    void theDashboardNamesOnlyMetricsThatThereAreAndShowsAllOfOurs() {
        Set<String> ours = new TreeSet<>(MetricNames.inDashboard());
        ours.removeIf(name -> !name.startsWith("prefork_"));

        assertThat(ours).containsExactlyInAnyOrderElementsOf(MetricNames.KNOWN);
    }
}
