package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.metrics.merge.GaugeRules;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be said about workers' metrics, and what may not. */
class MetricsSettingsTest {
    private static final String NO_ADDRESS =
            "is not an address of metrics; give http://HOST:PORT/PATH or unix:/SOCKET:/PATH";

    @TempDir
    Path directory;

    private Places places() {
        return new Places(directory);
    }

    private void refuse(Setting setting, String value, String why) {
        assertThatThrownBy(() -> places().option(setting, value).load("server"))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith(setting.option() + " " + value + ": ")
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://127.0.0.1:9{worker}/metrics | unknown placeholder {worker}; {slot} and {pid} are replaced",
                "http://127.0.0.1:9{}/metrics | unknown placeholder {}",
                "http://127.0.0.1:99999/metrics | not a port: 99999",
                "http://127.0.0.1:0/metrics | not a port: 0",
                "http://10.0.0.1:9100/metrics | 10.0.0.1 is not in this pod",
                "http://0.0.0.0:9100/metrics | 0.0.0.0 is not in this pod",
                "http://[fe80::1]:9100/metrics | fe80::1 is not in this pod",
                "http://example.test:9100/metrics | example.test is not in this pod",
                "http://localhost.test:9100/metrics | localhost.test is not in this pod",
            })
    void anAddressThatCannotBeAWorkersIsRefusedWithTheReason(String url, String why) {
        refuse(Setting.METRICS_URL, url, why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1:9100/metrics",
                "127.0.0.1:9100/metrics",
                "9100",
                "/metrics",
                "http://",
                "http:///metrics",
                "http://me:secret@127.0.0.1:9100/metrics",
                "http://127.0.0.1:99999999999/metrics",
                "http://127.0.0.1:port/metrics",
                "http://127.999.0.1:9100/metrics",
                "http://127.0.0.1:9100/a b",
                "http://127.0.0.1:9100/m\u00e9triques",
                "http://127.0.0.1:9100/m?x=\u00e9",
                "http://127.0.0.1:910{slot/metrics",
                "unix:/run/app.sock",
                "unix:/run/app.sock:metrics",
                "unix:run/app.sock:/metrics",
                "unix:/run/app.sock:/a b",
                "unix:/run/app.sock:/m\u00e9triques",
                " http://127.0.0.1:9100/metrics"
            })
    void whatIsNoAddressOfMetricsIsRefusedWithWhatWouldBe(String url) {
        refuse(Setting.METRICS_URL, url, NO_ADDRESS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:910{slot}/metrics",
                "http://127.1.2.3/",
                "http://localhost:80",
                "http://[::1]:9100/metrics?worker={pid}&x=%20",
                "unix:/run/app-{pid}.sock:/metrics?a=b"
            })
    void anAddressOfAWorkerIsTakenAsItIs(String url) {
        Settings settings = places().option(Setting.METRICS_URL, url).load("server");

        assertThat(settings.metricsUrl()).map(Object::toString).hasValue(url);
        String again = settings.text(Setting.METRICS_URL);
        assertThat(places().option(Setting.METRICS_URL, again).load("server").text(Setting.METRICS_URL))
                .isEqualTo(url);
    }

    @Test
    void withoutAnAddressNobodyIsAsked() {
        Settings settings = places().load("server");

        assertThat(settings.metricsUrl()).isEmpty();
        assertThat(settings.text(Setting.METRICS_URL)).isEmpty();
    }

    @Test
    void anAddressIsRefusedForBuiltInWorkers() {
        assertThatThrownBy(() -> places().variable("PREFORK_METRICS_URL", "http://127.0.0.1:9100/metrics")
                        .load())
                .isInstanceOf(UsageException.class)
                .hasMessage(
                        "PREFORK_METRICS_URL=http://127.0.0.1:9100/metrics: built-in workers already pass their metrics"
                                + " to the master; leave it out, or name a command after --");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*_limit | is not a rule for gauges; give PATTERN=MODE",
                "=max | is not a rule for gauges; give PATTERN=MODE",
                "a=max,,b=min | is not a rule for gauges; give PATTERN=MODE",
                "a=max, | is not a rule for gauges; give PATTERN=MODE",
                "*_limit=median | \"median\" is not a merge mode for gauges; give sum, max, min, avg, last",
                "*_limit= | \"\" is not a merge mode for gauges",
                "pool.size=max | \"pool.size\" cannot be a metric's name",
                "pool-?=max | \"pool-?\" cannot be a metric's name",
                "a=b=max | \"a=b\" cannot be a metric's name",
            })
    void aRuleForGaugesThatIsNoneIsRefused(String rules, String why) {
        refuse(Setting.METRICS_GAUGE, rules, why);
    }

    @Test
    void rulesForGaugesAreTakenInTheirOrderAndWrittenOutAgain() {
        Settings settings = places().option(Setting.METRICS_GAUGE, " *_limit = MAX , a*b:c=Last", "x=min")
                .load();

        assertThat(settings.metricsGauges())
                .containsExactly(
                        new GaugeRules.Rule("*_limit", GaugeRules.Mode.MAX),
                        new GaugeRules.Rule("a*b:c", GaugeRules.Mode.LAST),
                        new GaugeRules.Rule("x", GaugeRules.Mode.MIN));
        String text = settings.text(Setting.METRICS_GAUGE);
        assertThat(text).isEqualTo("*_limit=max,a*b:c=last,x=min");
        assertThat(places().option(Setting.METRICS_GAUGE, text).load().metricsGauges())
                .isEqualTo(settings.metricsGauges());
    }

    @Test
    void aFlagTellsWorkersApart() {
        assertThat(places().load().metricsPerWorker()).isFalse();
        Settings settings = places().option(Setting.METRICS_PER_WORKER, "true").load();
        assertThat(settings.metricsPerWorker()).isTrue();
        assertThat(settings.text(Setting.METRICS_PER_WORKER)).isEqualTo("true");
    }
}
