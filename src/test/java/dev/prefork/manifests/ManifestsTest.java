package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.prefork.config.Option;
import dev.prefork.config.Options;
import dev.prefork.config.Origin;
import dev.prefork.config.Settings;
import dev.prefork.listen.ListenAddress;
import dev.prefork.listen.ListenSpec;
import dev.prefork.monitoring.MetricNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is true of all manifests, whoever made them. */
class ManifestsTest {
    /** For the master to end after its workers; see PodGrace. */
    private static final Duration LEAST_MARGIN = Duration.ofSeconds(2);

    @TempDir
    Path directory;

    /**
     * One set of manifests; kustomize is only asked when a test begins, which is skipped where there is none.
     *
     * @param pods how many there are beside those of the Deployment: Helm's test is one
     */
    record Source(String name, int pods, Supplier<Manifests> manifests) {
        Manifests get() {
            return manifests.get();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Source> sources() {
        return Stream.concat(
                Chart.examples().keySet().stream()
                        .map(name -> new Source(
                                "helm: " + name,
                                1,
                                () -> Objects.requireNonNull(
                                        Chart.ofExamples().manifests().get(name), "was refused"))),
                Overlay.ALL.stream().map(overlay -> new Source("kustomize: " + overlay, 0, overlay::build)));
    }

    @ParameterizedTest
    @MethodSource("sources")
    void kubernetesKnowsEveryField(Source source) {
        assertThat(source.get().objects()).isNotEmpty().allSatisfy(object -> assertThat(StrictModels.refusal(object))
                .isEmpty());
    }

    @ParameterizedTest
    @MethodSource("sources")
    void everyPodKeepsToTheRestrictedProfile(Source source) {
        assertThat(source.get().all("Pod")).hasSize(source.pods());
        assertThat(source.get().podSpecs())
                .hasSize(1 + source.pods())
                .allSatisfy(pod -> assertThat(RestrictedProfile.offences(pod)).isEmpty());
        assertThat(source.get().all("ServiceAccount")).allSatisfy(account -> assertThat(
                        account.path("automountServiceAccountToken").asBoolean(true))
                .isFalse());
    }

    @ParameterizedTest
    @MethodSource("sources")
    void everyPortThatIsNamedExists(Source source) {
        Manifests manifests = source.get();
        JsonNode container = manifests.container();
        Set<String> ports = ports(container).keySet();

        for (String probe : List.of("startup", "liveness", "readiness")) {
            assertThat(container.at("/" + probe + "Probe/httpGet/port").asText())
                    .isEqualTo("management")
                    .isIn(ports);
        }
        assertThat(container.at("/startupProbe/httpGet/path").asText()).isEqualTo("/q/health/started");
        assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/q/health/live");
        assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/q/health/ready");
        // Everything that is served, and the management port never.
        assertThat(Manifests.elements(manifests.service().at("/spec/ports")))
                .extracting(port -> port.path("targetPort").asText())
                .containsExactlyInAnyOrderElementsOf(ports.stream()
                        .filter(port -> !port.equals("management"))
                        .toList());
        assertThat(manifests.all("PodMonitor"))
                .allSatisfy(monitor -> assertThat(Manifests.elements(monitor.at("/spec/podMetricsEndpoints")))
                        .extracting(endpoint -> endpoint.path("port").asText())
                        .containsExactly("management"));
    }

    @ParameterizedTest
    @MethodSource("sources")
    void theGracePeriodHoldsTheWholeStopAndPreforkKnowsIt(Source source) {
        Settings settings = settings(source.get());
        Duration granted = Duration.ofSeconds(
                source.get().podSpec().path("terminationGracePeriodSeconds").asLong());

        assertThat(settings.get(Options.POD_GRACE_PERIOD)).contains(granted);
        assertThat(granted)
                .isGreaterThanOrEqualTo(settings.get(Options.DRAIN_DELAY)
                        .plus(settings.get(Options.SHUTDOWN_GRACE_PERIOD))
                        .plus(LEAST_MARGIN));
    }

    @ParameterizedTest
    @MethodSource("sources")
    void preforkTakesWhatItIsTold(Source source) {
        Manifests manifests = source.get();
        Settings settings = settings(manifests);

        assertThat(Options.all())
                .allSatisfy(option -> assertThat(settings.origin(option).kind() == Origin.Kind.COMMAND_LINE)
                        .as(option.word())
                        .isEqualTo(options(manifests).contains(option.word())));
        // Unknown variables, and grace periods that do not fit, are warned of.
        assertThat(settings.warnings()).isEmpty();
        assertThat(Manifests.containers(manifests.podSpec())
                        .flatMap(container -> variables(container).keySet().stream())
                        .filter(name -> name.startsWith("PREFORK_") && !name.equals("PREFORK_CPU_REQUEST")))
                .isNotEmpty()
                .isSubsetOf(Options.all().stream().map(Option::variable).toList());
    }

    @ParameterizedTest
    @MethodSource("sources")
    void theCpuRequestIsPassedInMillicores(Source source) {
        JsonNode field = Manifests.elements(source.get().container().path("env"))
                .filter(variable -> variable.path("name").asText().equals("PREFORK_CPU_REQUEST"))
                .map(variable -> variable.at("/valueFrom/resourceFieldRef"))
                .findFirst()
                .orElseThrow();

        assertThat(field.path("containerName").asText()).isEqualTo("prefork");
        assertThat(field.path("resource").asText()).isEqualTo("requests.cpu");
        assertThat(field.path("divisor").asText()).isEqualTo("1m");
    }

    @ParameterizedTest
    @MethodSource("sources")
    void whatWorkersListenOnIsWhatThePodShows(Source source) {
        Manifests manifests = source.get();
        Map<String, Integer> listeners = new TreeMap<>();
        for (ListenSpec spec : settings(manifests).get(Options.LISTEN)) {
            if (spec.address() instanceof ListenAddress.Tcp tcp) {
                listeners.put(spec.name(), tcp.port());
            }
        }
        Map<String, Integer> shown = ports(manifests.container());
        int management =
                Integer.parseInt(variables(manifests.container()).getOrDefault("QUARKUS_MANAGEMENT_PORT", "9000"));

        assertThat(shown.remove("management")).isEqualTo(management);
        assertThat(shown).isEqualTo(listeners);
    }

    @ParameterizedTest
    @MethodSource("sources")
    void aTlsListenerHasACertificateThatIsMounted(Source source) {
        Manifests manifests = source.get();
        Map<String, String> variables = variables(manifests.container());
        Set<String> mounted = Manifests.elements(manifests.container().path("volumeMounts"))
                .map(mount -> mount.path("mountPath").asText())
                .collect(Collectors.toSet());

        if (ports(manifests.container()).containsKey("https")) {
            // Without a name the management interface would take it too, and probes speak plain HTTP.
            assertThat(variables).containsEntry("QUARKUS_HTTP_TLS_CONFIGURATION_NAME", "https");
            for (String part : List.of("CERT", "KEY")) {
                String file = variables.get("QUARKUS_TLS__HTTPS__KEY_STORE_PEM__0__" + part);
                assertThat(mounted).contains(Path.of(file).getParent().toString());
            }
        } else {
            assertThat(variables.keySet()).noneMatch(name -> name.contains("TLS"));
        }
    }

    @ParameterizedTest
    @MethodSource("sources")
    void everySelectorFindsThePods(Source source) {
        Manifests manifests = source.get();
        Map<String, String> labels = texts(manifests.podLabels());
        Map<String, String> where = Map.of(
                "Deployment", "/spec/selector/matchLabels",
                "Service", "/spec/selector",
                "PodDisruptionBudget", "/spec/selector/matchLabels",
                "NetworkPolicy", "/spec/podSelector/matchLabels",
                "PodMonitor", "/spec/selector/matchLabels");

        where.forEach(
                (kind, path) -> assertThat(manifests.all(kind)).allSatisfy(object -> assertThat(texts(object.at(path)))
                        .hasSize(2)
                        .isEqualTo(texts(manifests.the("Deployment").at("/spec/selector/matchLabels")))));
        assertThat(labels).containsAllEntriesOf(texts(manifests.service().at("/spec/selector")));
        assertThat(manifests.all("Pod")).allSatisfy(pod -> assertThat(texts(pod.at("/metadata/labels")))
                .doesNotContainEntry("app.kubernetes.io/name", labels.get("app.kubernetes.io/name")));
        assertThat(manifests.all("HorizontalPodAutoscaler")).allSatisfy(scaler -> {
            assertThat(scaler.at("/spec/scaleTargetRef/name").asText())
                    .isEqualTo(Manifests.name(manifests.the("Deployment")));
            assertThat(manifests.the("Deployment").at("/spec/replicas").isMissingNode())
                    .isTrue();
        });
    }

    @ParameterizedTest
    @MethodSource("sources")
    void autoscalersAskForCpuOrForAMetricThatThereIs(Source source) {
        assertThat(source.get().all("HorizontalPodAutoscaler"))
                .allSatisfy(scaler -> assertThat(Manifests.elements(scaler.at("/spec/metrics")))
                        .isNotEmpty()
                        .allSatisfy(metric -> assertThat(asked(metric))
                                .isIn(Stream.concat(Stream.of("cpu of prefork"), MetricNames.KNOWN.stream())
                                        .toList())));
    }

    /** CPU is asked of one container by name: a sidecar's share would make the average say nothing. */
    private static String asked(JsonNode metric) {
        JsonNode cpu = metric.path("containerResource");
        return metric.path("type").asText().equals("Pods")
                ? metric.at("/pods/metric/name").asText()
                : cpu.path("name").asText() + " of " + cpu.path("container").asText();
    }

    /** As the master would read them, with the environment and the arguments of its container. */
    private Settings settings(Manifests manifests) {
        JsonNode container = manifests.container();
        return PodSettings.read(
                directory, variables(container), words(container.path("args")).toList());
    }

    /** Those among the arguments, without their values. */
    private static List<String> options(Manifests manifests) {
        return words(manifests.container().path("args"))
                .takeWhile(word -> !word.equals("--"))
                .filter(word -> word.startsWith("--"))
                .map(word -> word.split("=", 2)[0])
                .toList();
    }

    private static Map<String, Integer> ports(JsonNode container) {
        Map<String, Integer> ports = new TreeMap<>();
        container
                .path("ports")
                .forEach(port -> ports.put(
                        port.path("name").asText(), port.path("containerPort").asInt()));
        return ports;
    }

    private static Map<String, String> variables(JsonNode container) {
        Map<String, String> variables = new TreeMap<>();
        container
                .path("env")
                .forEach(variable -> variables.put(
                        variable.path("name").asText(),
                        variable.at("/valueFrom/secretKeyRef").isMissingNode()
                                ? variable.path("value").asText()
                                : "what-the-secret-has"));
        return variables;
    }

    private static Map<String, String> texts(JsonNode map) {
        Map<String, String> texts = new TreeMap<>();
        map.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }

    private static Stream<String> words(JsonNode list) {
        return Manifests.elements(list).map(JsonNode::asText);
    }
}
