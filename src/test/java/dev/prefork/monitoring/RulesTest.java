package dev.prefork.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RulesTest {
    private static final Path CASES = Path.of("k8s/monitoring/prefork-rules.test.yaml");
    private static final Path RUNBOOK = Path.of("docs/RUNBOOK.md");

    private final List<Alert> alerts = Alert.all();

    @Test
    void prometheusTakesTheRules() throws Exception {
        Promtool.approves(Alert.RULES, "check", "rules");
    }

    @Test
    void alertsFireWhenTheyShouldAndNotOtherwise() throws Exception {
        Promtool.approves(CASES, "test", "rules");
    }

    @Test
    void everyAlertHasACaseThatFiresAndOneThatDoesNot() {
        // Promtool is content with a case for an alert that there is not, as long as nothing is expected of it.
        assertThat(cases()).extracting(Case::alert).isSubsetOf(names());
        assertThat(cases().stream().filter(Case::fires).map(Case::alert).distinct())
                .containsExactlyInAnyOrderElementsOf(names());
        assertThat(cases().stream().filter(Case::staysSilent).map(Case::alert).distinct())
                .containsExactlyInAnyOrderElementsOf(names());
    }

    @Test
    void everyAlertSaysHowBadItIsAndWhere() {
        assertThat(alerts).hasSizeGreaterThanOrEqualTo(13).allSatisfy(alert -> {
            assertThat(alert.name()).matches("Prefork[A-Z]\\w+");
            assertThat(alert.severity()).isIn("critical", "warning");
            assertThat(alert.summary()).contains("{{ $labels.pod }}");
            assertThat(alert.description())
                    .contains("{{ $labels.pod }}", "{{ $labels.instance }}")
                    .containsPattern("\\{\\{ \\$value\\b");
        });
        assertThat(names()).doesNotHaveDuplicates();
    }

    @Test
    void everyAlertHasItsSectionInTheRunbookAndNoOtherAlertDoes() throws Exception {
        List<String> headings = Pattern.compile("(?m)^#+ (Prefork\\w+)$")
                .matcher(Files.readString(RUNBOOK))
                .results()
                .map(heading -> heading.group(1))
                .toList();

        assertThat(headings).containsExactlyElementsOf(names());
        assertThat(alerts).allSatisfy(alert -> assertThat(alert.runbook())
                .isEqualTo(RUNBOOK + "#" + alert.name().toLowerCase(Locale.ROOT)));
    }

    @Test
    void everyPrometheusNameOfOursIsOneThatThereIs() {
        assertThat(MetricNames.inRules())
                .isNotEmpty()
                .allSatisfy(name -> assertThat(name).startsWith("prefork_"))
                .isSubsetOf(MetricNames.KNOWN);
    }

    @Test
    void theRunbookNamesOnlyMetricsThatThereAre() throws Exception {
        assertThat(Pattern.compile("\\bprefork_[a-z_]+")
                        .matcher(Files.readString(RUNBOOK))
                        .results())
                .extracting(MatchResult::group)
                .extracting(MetricNames::family)
                .isSubsetOf(MetricNames.KNOWN);
    }

    private List<String> names() {
        return alerts.stream().map(Alert::name).toList();
    }

    private static List<Case> cases() {
        return PlainYaml.read(CASES).get("tests").items().stream()
                .flatMap(RulesTest::cases)
                .toList();
    }

    /** One test asks for an alert at one time or at several; it is silent in it if it is at all of them. */
    private static Stream<Case> cases(PlainYaml test) {
        List<PlainYaml> looks = test.get("alert_rule_test").items();
        return looks.stream()
                .map(look -> look.get("alertname").text())
                .distinct()
                .map(alert -> new Case(
                        alert,
                        looks.stream()
                                .filter(look -> look.get("alertname").text().equals(alert))
                                .flatMap(look -> look.get("exp_alerts").items().stream())
                                .toList()));
    }

    private record Case(String alert, List<PlainYaml> expected) {

        boolean fires() {
            return expected.stream()
                    .anyMatch(one -> !one.get("exp_labels").fields().isEmpty()
                            && !one.get("exp_annotations").fields().isEmpty());
        }

        boolean staysSilent() {
            return expected.isEmpty();
        }
    }
}
