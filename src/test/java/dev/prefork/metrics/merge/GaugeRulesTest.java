package dev.prefork.metrics.merge;

import static dev.prefork.metrics.merge.GaugeRules.Mode.AVG;
import static dev.prefork.metrics.merge.GaugeRules.Mode.LAST;
import static dev.prefork.metrics.merge.GaugeRules.Mode.MAX;
import static dev.prefork.metrics.merge.GaugeRules.Mode.MIN;
import static dev.prefork.metrics.merge.GaugeRules.Mode.SUM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GaugeRulesTest {
    private static boolean fits(String pattern, String name) {
        return new GaugeRules.Rule(pattern, MAX).fits(name);
    }

    @ParameterizedTest
    @CsvSource({
        "a, a, true",
        "a, b, false",
        "a, ab, false",
        "ab, a, false",
        "*, anything, true",
        "**, x, true",
        "*_limit, pool_limit, true",
        "*_limit, _limit, true",
        "*_limit, pool_limits, false",
        "pool_*, pool_, true",
        "pool_*, pool, false",
        "a*c*e, abcde, true",
        "a*c*e, ace, true",
        "a*c*e, aec, false",
        "*a*, bab, true",
        "*ab, aab, true",
        "*ab*ab, abab, true",
        "*ab*ab, ab, false",
        "x*y*z, xyyz, true",
        "a.c, abc, false"
    })
    void aStarStandsForAnyNumberOfCharacters(String pattern, String name, boolean fits) {
        assertThat(fits(pattern, name)).isEqualTo(fits);
    }

    @Test
    void itMeansWhatARegularExpressionWould() {
        Random random = new Random(11);
        for (int i = 0; i < 50_000; i++) {
            String pattern = word(random, "ab**");
            String name = word(random, "aab");
            assertThat(fits(pattern, name))
                    .as("%s for %s", pattern, name)
                    .isEqualTo(Pattern.matches(pattern.replace("*", ".*"), name));
        }
    }

    private static String word(Random random, String alphabet) {
        StringBuilder word = new StringBuilder();
        for (int i = random.nextInt(7); i > 0; i--) {
            word.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return word.toString();
    }

    /** Backtracking over every star would take longer than the universe is old. */
    @Test
    void noPatternTakesLong() {
        String name = "a".repeat(20_000);
        assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
            assertThat(fits("*a*a*a*a*b", name)).isFalse();
            assertThat(fits("*a".repeat(50) + "*b", name)).isFalse();
            assertThat(fits("*a".repeat(50), name)).isTrue();
        });
    }

    @Test
    void theFirstRuleThatFitsHoldsAndOnesOwnComeFirst() {
        GaugeRules rules = GaugeRules.of(List.of(
                GaugeRules.Rule.parse("a*=min"), GaugeRules.Rule.parse("ab=max"), GaugeRules.Rule.parse("*_max=avg")));

        assertThat(rules.modeOf("ab")).isEqualTo(MIN);
        assertThat(rules.modeOf("b_max")).isEqualTo(AVG);
        assertThat(rules.modeOf("b")).isEqualTo(SUM);
    }

    @ParameterizedTest
    @CsvSource({
        "build_info, MAX",
        "jvm_info_total, MAX",
        "http_server_requests_seconds_max, MAX",
        "pool_min, MIN",
        "process_start_time_seconds, MIN",
        "process_uptime_seconds, MAX",
        "last_run_timestamp_seconds, MAX",
        "system_cpu_count, MAX",
        "max_pool, SUM",
        "jvm_memory_used_bytes, SUM"
    })
    void whatCannotBeAddedUpIsNot(String name, GaugeRules.Mode mode) {
        assertThat(GaugeRules.of(List.of()).modeOf(name)).isEqualTo(mode);
    }

    @Test
    void aRuleIsWrittenAsItIsRead() {
        GaugeRules.Rule rule = GaugeRules.Rule.parse(" pool_*_size = LAST ");
        assertThat(rule).isEqualTo(new GaugeRules.Rule("pool_*_size", LAST)).hasToString("pool_*_size=last");
        assertThat(GaugeRules.Rule.parse(rule.toString())).isEqualTo(rule);
    }
}
