package dev.prefork.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The bench itself is sound, and is what the documents say; nothing is measured here. */
@Timeout(180)
class BenchTest {
    private static final Duration SOON = Duration.ofSeconds(150);
    private static final Pattern OPTION = Pattern.compile("bench/run (--[a-z-]+)");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z-]+)` \\|");

    @RegisterExtension
    final Processes processes = new Processes();

    @BeforeEach
    void python() {
        Tools.require("python3");
        Tools.requireSuccess(
                "python3 is older than 3.9",
                List.of("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 9))"));
    }

    @Test
    void itsOwnTestsPass() {
        RunningProcess tests = run("--self-test");

        assertThat(tests.awaitExit(SOON)).as(tests.dump()).isZero();
        assertThat(tests.dump()).containsPattern("Ran \\d{2,} tests");
    }

    @Test
    void everyRowIsDocumentedInItsOrder() throws IOException {
        List<String> rows =
                lines(run("--list")).stream().map(line -> line.split(" ")[0]).toList();

        assertThat(rows).hasSizeGreaterThan(8);
        assertThat(found(ROW, Files.readString(Path.of("docs/PERFORMANCE.md")))).containsExactlyElementsOf(rows);
    }

    @Test
    void everyOptionInTheDocumentsExistsAndEveryOptionIsDocumented() throws IOException {
        String help = String.join("\n", lines(run("--help")));
        List<String> known = found(Pattern.compile("(?m)^  (--[a-z-]+)"), help);

        assertThat(known).hasSizeGreaterThan(5);
        assertThat(new TreeSet<>(found(OPTION, Files.readString(Path.of("docs/PERFORMANCE.md")))))
                .containsExactlyElementsOf(new TreeSet<>(known));
        assertThat(found(OPTION, Files.readString(Path.of("CONTRIBUTING.md"))))
                .isNotEmpty()
                .isSubsetOf(known);
    }

    @Test
    void anUnknownRowIsRefusedInOneLineWithTheKnownOnes() {
        RunningProcess refused = run("no-such-row");

        assertThat(refused.awaitExit(SOON)).isEqualTo(2);
        assertThat(refused.dump())
                .contains("there is no row 'no-such-row': one of start, ")
                .doesNotContain("Traceback");
    }

    private RunningProcess run(String option) {
        return processes.command("bench/run", option).start();
    }

    private static List<String> lines(RunningProcess process) {
        assertThat(process.awaitExit(SOON)).as(process.dump()).isZero();
        return process.stdout().lines().toList();
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(result -> result.group(1)).toList();
    }
}
