package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.prefork.config.Option;
import dev.prefork.config.OptionEntries;
import dev.prefork.config.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HelmChartTest {
    private static final Pattern KEY = Pattern.compile("( *)([\\w./]+):.*");

    /** Their fields are explained where Kubernetes explains them. */
    private static final Set<String> OF_KUBERNETES = Set.of(
            "strategy", "resources", "startupProbe", "livenessProbe", "readinessProbe", "topologySpreadConstraints");

    @Test
    void lintIsContentAndEveryExampleRenders() {
        Chart.Answer answer = Chart.ofExamples();

        assertThat(answer.lint()).isEqualTo("lint passed\n");
        assertThat(answer.refusals()).isEmpty();
        assertThat(answer.manifests()).hasSizeGreaterThanOrEqualTo(8);
    }

    @Test
    void theGracePeriodIsTheSumRoundedUpToSeconds() {
        Map<String, Integer> seconds = new LinkedHashMap<>();
        seconds.put("{prefork: {drainDelay: 0s, shutdownGracePeriod: 20s}, graceMargin: 10s}", 30);
        seconds.put("{prefork: {drainDelay: 500ms, shutdownGracePeriod: 20s}, graceMargin: 2s}", 23);
        seconds.put("{prefork: {drainDelay: 15s, shutdownGracePeriod: 10m}, graceMargin: 1m}", 675);
        seconds.put("{prefork: {drainDelay: 1h, shutdownGracePeriod: 1d}, graceMargin: 2000ms}", 90_002);
        Map<String, Manifests> manifests = Chart.manifests(seconds.keySet());

        assertThat(seconds).allSatisfy((text, expected) -> assertThat(manifests
                        .get(text)
                        .podSpec()
                        .path("terminationGracePeriodSeconds")
                        .asInt())
                .as(text)
                .isEqualTo(expected));
    }

    @Test
    void workersThatBindTheirOwnPortAreOneUnlessANumberIsSet() {
        String one = "{prefork: {listen: none}, worker: [node, server.js]}";
        String three = "{prefork: {listen: none, workers: 3}, worker: [node, server.js]}";
        Map<String, Manifests> manifests = Chart.manifests(Set.of(one, three));

        assertThat(variable(manifests.get(one), "PREFORK_LISTEN")).containsExactly("none");
        assertThat(variable(manifests.get(one), "PREFORK_WORKERS")).isEmpty();
        assertThat(variable(manifests.get(three), "PREFORK_WORKERS")).containsExactly("3");
    }

    private static List<String> variable(Manifests manifests, String name) {
        return Manifests.elements(manifests.container().path("env"))
                .filter(variable -> variable.path("name").asText().equals(name))
                .map(variable -> variable.path("value").asText())
                .toList();
    }

    @Test
    void theStrategyRecreateComesAlone() {
        String alone = "strategy: {type: Recreate}";
        String changed = "strategy: {rollingUpdate: {maxSurge: 2}}";
        Map<String, Manifests> manifests = Chart.manifests(Set.of(alone, changed));

        assertThat(manifests.get(alone).the("Deployment").at("/spec/strategy"))
                .isEqualTo(Manifests.read("{type: Recreate}"));
        assertThat(manifests.get(changed).the("Deployment").at("/spec/strategy"))
                .isEqualTo(Manifests.read("{type: RollingUpdate, rollingUpdate: {maxSurge: 2, maxUnavailable: 0}}"));
    }

    @Test
    void ofTwoLabelsOfOneNameTheCloserOneCounts() {
        String both = "{commonLabels: {team: all}, podLabels: {team: pod},"
                + " monitoring: {podMonitor: {enabled: true, labels: {team: monitor}}}}";
        Manifests manifests = Chart.manifests(Set.of(both)).get(both);

        assertThat(manifests.service().at("/metadata/labels/team").asText()).isEqualTo("all");
        assertThat(manifests.podLabels().path("team").asText()).isEqualTo("pod");
        assertThat(manifests.the("PodMonitor").at("/metadata/labels/team").asText())
                .isEqualTo("monitor");
    }

    @Test
    void moreMayComeInThanTheNetworkPolicyLetsByItself() {
        JsonNode rules = Chart.ofExamples()
                .manifests()
                .get("everything")
                .all("NetworkPolicy")
                .get(1)
                .at("/spec/ingress");

        assertThat(rules).hasSize(3);
        assertThat(rules.get(2)).isEqualTo(Manifests.read("""
                        from: [{podSelector: {}}]
                        ports: [{port: 15090, protocol: TCP}]
                        """));
    }

    @Test
    void theNotesWarnOfABudgetThatLetsNoPodGo() {
        Map<String, Boolean> warned = new LinkedHashMap<>();
        warned.put("{replicaCount: 1, podDisruptionBudget: {enabled: true, minAvailable: 1}}", true);
        warned.put("{replicaCount: 1, podDisruptionBudget: {enabled: true, minAvailable: 1%}}", true);
        warned.put("{replicaCount: 3, podDisruptionBudget: {enabled: true, minAvailable: 67%}}", true);
        warned.put("{podDisruptionBudget: {enabled: true, maxUnavailable: 0}}", true);
        warned.put(
                "{autoscaling: {enabled: true, minReplicas: 1}, podDisruptionBudget: {enabled: true, minAvailable: 1}}",
                true);
        warned.put("{replicaCount: 1, podDisruptionBudget: {minAvailable: 1}}", false);
        warned.put("{replicaCount: 1, podDisruptionBudget: {enabled: true}}", false);
        warned.put("{replicaCount: 3, podDisruptionBudget: {enabled: true, minAvailable: 66%}}", false);
        warned.put("{replicaCount: 1, podDisruptionBudget: {enabled: true, maxUnavailable: 10%}}", false);
        warned.put("{podDisruptionBudget: {enabled: true, minAvailable: 1}}", false);
        Map<String, String> notes =
                Chart.render(Chart.numbered(warned.keySet())).notes();

        List<String> texts = List.copyOf(warned.keySet());
        assertThat(notes).hasSameSizeAs(texts).allSatisfy((name, said) -> {
            String text = texts.get(Integer.parseInt(name));
            assertThat(said).contains("port-forward");
            assertThat(said.contains("WARNING: podDisruptionBudget")).as(text).isEqualTo(warned.get(text));
        });
    }

    @Test
    void everyOptionIsAValueAndReachesTheContainer() throws IOException {
        List<String> values = fields(Manifests.read(read("values.yaml")).path("prefork"));
        JsonNode schema = Manifests.read(read("values.schema.json"));
        // What only built-in workers take is in the other.
        Stream<JsonNode> environment = Stream.of("everything", "high-availability")
                .map(example -> Chart.ofExamples().manifests().get(example).container())
                .flatMap(container -> Manifests.elements(container.path("env")));
        List<Option<?>> settable = new ArrayList<>(Options.all());
        // The chart calculates it.
        settable.remove(Options.POD_GRACE_PERIOD);
        // From a Secret alone.
        settable.remove(Options.ADMIN_TOKEN);

        assertThat(differences(settable, HelmChartTest::value, values)).isEmpty();
        assertThat(differences(settable, HelmChartTest::value, fields(schema.at("/properties/prefork/properties"))))
                .isEmpty();
        assertThat(differences(
                        Options.all(),
                        Option::variable,
                        environment
                                .map(variable -> variable.path("name").asText())
                                .filter(name -> name.startsWith("PREFORK_") && !name.equals("PREFORK_CPU_REQUEST"))
                                .distinct()
                                .toList()))
                .isEmpty();
        // An option that is in the list alone is found, and so is a value without an option.
        settable.set(0, OptionEntries.FORGOTTEN);
        assertThat(differences(settable, HelmChartTest::value, values)).containsExactly("noSuchOption", "workers");
    }

    /** Names of options that are not there, and what is there and is not the name of an option. */
    private static Set<String> differences(
            List<Option<?>> options, Function<Option<?>, String> name, List<String> there) {
        Set<String> differences = new TreeSet<>(there);
        options.stream().map(name).filter(known -> !differences.remove(known)).forEach(differences::add);
        return differences;
    }

    @Test
    void everyValueThatIsSetIsTheDefaultOfItsOption() throws IOException {
        JsonNode values = Manifests.read(read("values.yaml")).path("prefork");

        for (Option<?> option : Options.all()) {
            JsonNode set = values.path(value(option));
            // A pod has to keep serving for a while after its termination has begun; a program by itself does not.
            if (set.isTextual() && option != Options.DRAIN_DELAY) {
                assertThat(set.asText()).as(option.name()).isEqualTo(option.defaultText());
            }
        }
    }

    @Test
    void everyOptionThatATemplateNamesIsThere() throws IOException {
        List<String> named = Pattern.compile("\"--([a-z-]+)\"")
                .matcher(read("templates/_require.tpl"))
                .results()
                .map(option -> option.group(1))
                .toList();

        assertThat(named).hasSize(4).allSatisfy(name -> assertThat(Options.named(name))
                .isPresent());
    }

    @Test
    void everyValueHasItsWordsAndItsSchema() throws IOException {
        JsonNode schema = Manifests.read(read("values.schema.json"));
        List<String> lines = read("values.yaml").lines().toList();
        assertThat(undocumented(lines, schema)).isEmpty();
        // Without any words all of them are found, however deep.
        assertThat(undocumented(
                        lines.stream().map(line -> line.replaceAll(" *#.*", "")).toList(), schema))
                .contains("args", "lifecycle", "prefork.drainDelay", "monitoring.podMonitor.interval", "test.image.tag")
                .hasSizeGreaterThan(85);
        assertThat(open(schema, "")).isEmpty();
        assertThat(missing(Manifests.read(read("values.yaml")), schema, "")).isEmpty();
    }

    @Test
    void theChartIsOfThisVersion() throws IOException {
        JsonNode chart = Manifests.read(read("Chart.yaml"));
        Matcher pom = Pattern.compile("<version>([\\d.]+)(-SNAPSHOT)?</version>")
                .matcher(Files.readString(Path.of("pom.xml")));

        assertThat(pom.find()).isTrue();
        assertThat(chart.path("version").asText()).isEqualTo(pom.group(1));
        assertThat(chart.path("appVersion").asText()).isEqualTo(pom.group(1));
    }

    private static String value(Option<?> option) {
        Matcher letter = Pattern.compile("-(\\w)").matcher(option.name());
        return letter.replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
    }

    /** The paths of keys without words right above them. Kubernetes' own fields, and what only has values below it, need none. */
    private static List<String> undocumented(List<String> lines, JsonNode schema) {
        List<String> found = new ArrayList<>();
        List<String> path = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher key = KEY.matcher(lines.get(i));
            if (!key.matches()) {
                continue;
            }
            path = new ArrayList<>(
                    path.subList(0, Math.min(path.size(), key.group(1).length() / 2)));
            path.add(key.group(2));
            JsonNode known = schema.at("/properties/" + String.join("/properties/", escaped(path)));
            boolean words = i > 0 && lines.get(i - 1).strip().startsWith("#");
            boolean onlyParent = known.has("properties") && lines.get(i).endsWith(":");
            if (!words && !onlyParent && !OF_KUBERNETES.contains(path.get(0))) {
                found.add(String.join(".", path));
            }
        }
        return found;
    }

    private static List<String> escaped(List<String> path) {
        return path.stream().map(name -> name.replace("/", "~1")).toList();
    }

    /** Objects of ours that would take any field: those of Kubernetes' are named in neither way. */
    private static List<String> open(JsonNode schema, String path) {
        List<String> found = new ArrayList<>();
        if (schema.has("properties")) {
            if (!schema.path("additionalProperties").isBoolean()
                    || schema.path("additionalProperties").asBoolean()) {
                found.add(path);
            }
            schema.path("properties")
                    .properties()
                    .forEach(field -> found.addAll(open(field.getValue(), path + "/" + field.getKey())));
        }
        return found;
    }

    /** Values that the schema does not know, and what it knows that is no value. */
    private static List<String> missing(JsonNode values, JsonNode schema, String path) {
        List<String> found = new ArrayList<>();
        if (schema.has("properties")) {
            TreeSet<String> known = new TreeSet<>(fields(schema.path("properties")));
            known.remove("global");
            fields(values).stream().filter(name -> !known.contains(name)).forEach(name -> found.add(path + "/" + name));
            fields(values)
                    .forEach(name -> found.addAll(
                            missing(values.path(name), schema.path("properties").path(name), path + "/" + name)));
            if (path.isEmpty()) {
                known.removeAll(fields(values));
                found.addAll(known);
            }
        }
        return found;
    }

    private static List<String> fields(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static String read(String file) throws IOException {
        return Files.readString(Chart.DIRECTORY.resolve(file));
    }
}
