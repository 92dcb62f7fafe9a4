package dev.prefork.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.cli.VerbOptionWords;
import dev.prefork.config.Option;
import dev.prefork.config.Options;
import dev.prefork.config.SettingSources;
import dev.prefork.config.Settings;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The options and variables that documents name in passing are there, or are known to be somebody else's. */
class SettingNamesTest {
    /** A whole family may be meant, as by {@code --recover-*}. Axes of diagrams are no options. */
    private static final Pattern OPTION = Pattern.compile("(?<![^ (\\[])(--[a-z][a-z-]*\\*?)(?![\\w-])");

    /** {@code PREFORK_} and {@code PREFORK_*} are all of them. */
    private static final Pattern VARIABLE = Pattern.compile("\\b(PREFORK_[A-Z0-9_]*[A-Z0-9]_?)");

    private static final Pattern INDEX = Pattern.compile("_\\d+_$");

    /** What is for Prefork itself, and can be set by nobody. */
    private static final String FOR_ITSELF = "PREFORK_EXEC_";

    /** What a worker sends, and no variable. */
    private static final Set<String> NOTIFICATIONS = Set.of("PREFORK_RECYCLE", "PREFORK_HEALTH");

    /** Options of other programs, and of ours that are no settings, by the documents that speak of them. */
    private static final Map<String, Set<String>> OTHERS = Map.of(
            "README.md", Set.of("--help", "--preload"),
            "CHANGELOG.md", Set.of("--help"),
            "docs/CONFIGURATION.md", Set.of("--help"),
            "docs/KUBERNETES.md",
                    Set.of("--build-arg", "--set", "--reuse-values", "--replicas", "--subresource", "--patch"),
            "docs/MIGRATION.md", Set.of("--bind", "--graceful-timeout", "--worker-tmp-dir", "--preload"),
            "docs/RECIPES.md",
                    Set.of(
                            "--bind",
                            "--callable",
                            "--die-on-term",
                            "--fd",
                            "--graceful-timeout",
                            "--keep-alive",
                            "--lifespan",
                            "--master",
                            "--need-app",
                            "--plugin",
                            "--protocol",
                            "--reload",
                            "--stats",
                            "--wsgi-file"),
            "docs/RELEASING.md",
                    Set.of(
                            "--append",
                            "--build-arg",
                            "--builder",
                            "--bundle",
                            "--certificate-identity",
                            "--certificate-oidc-issuer",
                            "--file",
                            "--format",
                            "--label",
                            "--metadata-file",
                            "--name",
                            "--platform",
                            "--provenance",
                            "--push",
                            "--repo",
                            "--sbom",
                            "--sign",
                            "--tag",
                            "--yes"),
            "docs/RUNBOOK.md", Set.of("--previous"),
            "SECURITY.md", Set.of("--nproc"),
            "k8s/helm/prefork/README.md", Set.of("--set"));

    @TempDir
    Path empty;

    static List<Document> documents() {
        return Document.all();
    }

    static List<Document> documentsForUsers() {
        // The variables of CONTRIBUTING.md are those of the tests.
        return Document.all().stream()
                .filter(document -> !document.toString().equals("CONTRIBUTING.md"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyOptionIsASettingOrIsKnownToBeSomebodyElses(Document document) {
        assertThat(unknownOptions(document.code()))
                .isEqualTo(new TreeSet<>(OTHERS.getOrDefault(document.toString(), Set.of())));
    }

    @Test
    void whatStandsForAnotherProgramsOptionIsASetting() {
        List<String> answers = Document.read("docs/MIGRATION.md").rows().stream()
                .flatMap(cells -> Document.spans(cells.get(1)).stream())
                .toList();

        assertThat(options(answers)).hasSizeGreaterThan(5);
        assertThat(unknownOptions(answers)).isEmpty();
    }

    @Test
    void aCommandOfOursHasSettingsOnly() {
        List<String> commands = documents().stream()
                .flatMap(document -> document.code().stream())
                .filter(code -> code.startsWith("prefork ") || code.strip().startsWith("prefork "))
                .toList();

        assertThat(commands).hasSizeGreaterThan(4);
        assertThat(unknownOptions(commands)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documentsForUsers")
    void everyVariableIsASettingOrSetByTheMaster(Document document) throws IOException {
        Set<String> settings = Options.all().stream().map(Option::variable).collect(Collectors.toSet());
        Map<String, String> others = new TreeMap<>();
        Document.found(VARIABLE, document.text())
                .filter(name -> !name.equals(FOR_ITSELF) && !NOTIFICATIONS.contains(name))
                .map(name -> INDEX.matcher(name).replaceFirst(""))
                .filter(name -> !settings.contains(name))
                .forEach(name -> others.put(name, "1"));

        try (URLClassLoader nothing = new URLClassLoader(new URL[0], null)) {
            Settings read = Settings.load(
                    Map.of(), List.of("true"), SettingSources.of(new Properties(), others, empty, nothing));
            assertThat(read.warnings()).isEmpty();
        }
    }

    private static Set<String> unknownOptions(List<String> code) {
        return options(code).stream().filter(option -> !isKnown(option)).collect(Collectors.toCollection(TreeSet::new));
    }

    /** What follows two hyphens is a worker's command, and its options its own; the bench's are checked by its own test. */
    private static List<String> options(List<String> code) {
        return code.stream()
                .filter(line -> !line.strip().startsWith("bench/run "))
                .map(line -> line.replaceFirst(" -- .*", ""))
                .flatMap(line -> Document.found(OPTION, line))
                .toList();
    }

    private static boolean isKnown(String option) {
        Stream<String> settings =
                Stream.concat(Options.all().stream().map(Option::word), VerbOptionWords.all().stream());
        return option.endsWith("*")
                ? settings.anyMatch(known -> known.startsWith(option.substring(0, option.length() - 1)))
                : settings.anyMatch(option::equals);
    }
}
