package dev.prefork.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.ManagementAddress;
import dev.prefork.config.SettingSources;
import dev.prefork.master.Master;
import dev.prefork.metrics.meters.SupervisorMetrics;
import dev.prefork.os.Signal;
import dev.prefork.quarkus.master.early.EarlyHealth;
import dev.prefork.quarkus.master.page.StatusPage;
import dev.prefork.supervise.ExitCode;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a master shows to the outside is told as it is: exit codes, signals, the management interface. */
class InterfaceDocTest {
    private static final Pattern EXIT_CODE = Pattern.compile("exit\\s+code\\s+(\\d+)");
    private static final Pattern PATH = Pattern.compile("(?<![\\w/])(/(?:q/(?:health/)?|prefork/)\\w+|/prefork)\\b");
    private static final Pattern SIGNAL = Pattern.compile("\\b([A-Z]+[12]?)\\b");

    private final Document reference = Document.read("docs/CONFIGURATION.md");

    @TempDir
    Path empty;

    static List<Document> documents() {
        return Document.all();
    }

    @Test
    void theReferenceHasEveryExitCodeWithItsMeaning() {
        List<List<String>> codes = reference.rowsBelow("## Exit codes").stream()
                .skip(1)
                .map(row -> row.subList(0, 2))
                .toList();

        assertThat(codes)
                .containsExactlyElementsOf(Stream.of(ExitCode.values())
                        .map(code -> List.of(
                                Integer.toString(code.code()), code.meaning().replaceFirst(" \\(.*", "")))
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void noDocumentSpeaksOfAnotherExitCode(Document document) {
        assertThat(Document.found(EXIT_CODE, document.proseText()))
                .isSubsetOf(Stream.of(ExitCode.values())
                        .map(code -> Integer.toString(code.code()))
                        .toList());
    }

    @Test
    void theReferenceHasTheExitCodesOfWhatItTells() {
        assertThat(reference.proseText())
                .contains(
                        "An unknown option or `prefork.*` key is refused with exit code " + ExitCode.USAGE.code() + ",")
                .contains("inside the window end the master with exit code " + ExitCode.OVER_RECOVERY.code() + ";")
                .contains("grace period, KILL, exit " + ExitCode.OK.code() + " |");
    }

    @Test
    void theReferenceHasEverySignalAndNoOther() throws ReflectiveOperationException {
        List<List<String>> rows = reference.rowsBelow("## Signals to the master");
        Set<String> told = new TreeSet<>();
        rows.stream().skip(1).forEach(row -> Document.found(SIGNAL, row.get(0)).forEach(told::add));
        Set<String> taken = new TreeSet<>(names(SupervisorMetrics.class, "SIGNALS"));
        // The JVM's own.
        taken.add(Signal.QUIT.name());

        assertThat(told).isEqualTo(taken);
        List<String> ignored = names(Master.class, "NO_MEANING");
        assertThat(rows).contains(List.of(String.join(", ", ignored), "ignored, with a line in the log"));
    }

    /** The lists are private to their owners. */
    private static List<String> names(Class<?> owner, String constant) throws ReflectiveOperationException {
        Field field = owner.getDeclaredField(constant);
        field.setAccessible(true);
        return ((List<?>) field.get(null)).stream().map(Object::toString).toList();
    }

    @Test
    void theManagementInterfaceIsWhereItIsSaidToBe() throws Exception {
        List<String> paths = paths();
        List<List<String>> rows = reference.rowsBelow("## The management interface");

        assertThat(rows.stream()
                        .skip(1)
                        .flatMap(row -> Stream.of(row.get(0).replace("`", "").split(", "))))
                .containsExactlyInAnyOrderElementsOf(paths);
        assertThat(reference.proseText())
                .contains("(`QUARKUS_MANAGEMENT_PORT`, " + management().port() + ")")
                .contains("`quarkus.management.root-path`, `" + management().rootPath() + "`,");
    }

    @Test
    void noDocumentNamesAnotherPathOfIt() throws Exception {
        List<String> paths = new ArrayList<>(paths());
        paths.add(management().rootPath() + "/health");

        for (Document document : documents()) {
            assertThat(Document.found(PATH, document.text()))
                    .as(document.toString())
                    .isSubsetOf(paths);
        }
    }

    private ManagementAddress management() throws IOException {
        try (URLClassLoader nothing = new URLClassLoader(new URL[0], null)) {
            return ManagementAddress.of(SettingSources.of(new Properties(), Map.of(), empty, nothing));
        }
    }

    private List<String> paths() throws IOException {
        String root = management().rootPath();
        List<String> paths = new ArrayList<>(List.of(root + "/metrics"));
        paths.addAll(StatusPage.PATHS);
        EarlyHealth.PATHS.keySet().stream()
                .filter(path -> !path.equals("/health"))
                .forEach(path -> paths.add(root + path));
        return paths;
    }
}
