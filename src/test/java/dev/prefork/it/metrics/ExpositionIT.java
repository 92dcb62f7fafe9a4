package dev.prefork.it.metrics;

import static dev.prefork.it.metrics.MeteredMaster.OPEN;
import static dev.prefork.it.metrics.MeteredMaster.PATIENCE;
import static dev.prefork.it.metrics.MeteredMaster.PLAIN;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.exposition.ExpositionParser;
import dev.prefork.exposition.Parsed;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import dev.prefork.it.command.Scripts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What others make of a real answer: Prometheus' own linter, and a parser that forgives nothing. */
class ExpositionIT {
    /** Of promtool, when it could read everything and dislikes some of it. */
    private static final int DISLIKED = 3;

    @RegisterExtension
    final Processes processes = new Processes();

    @RegisterExtension
    static final Processes SHARED = Processes.ofClass();

    private static MeteredMaster master;

    @TempDir
    Path directory;

    /** Two workers that have served, and one more that was killed. */
    @BeforeAll
    static void use(@TempDir Path place) throws IOException {
        master = MeteredMaster.start(SHARED, "--workers", "2", "--listen", "side=unix://" + place.resolve("s"))
                .awaitFirstGeneration();
        for (int i = 0; i < 20; i++) {
            assertThat(master.visit().slot()).isBetween(0, 1);
        }
        master.awaitCounted(20);
        master.awaitReplaced(master.kill(0), 2);
    }

    private static String scrape(String accepted) throws IOException {
        return master.scrape(Map.of("Accept", accepted)).body();
    }

    /** Reads a text from standard input. */
    private RunningProcess feed(String text, List<String> command) throws IOException {
        Path file = Files.writeString(directory.resolve("answer.txt"), text);
        List<String> words = new ArrayList<>(List.of("sh", "-c", "file=$1; shift; exec \"$@\" < \"$file\"", "sh"));
        words.add(file.toString());
        words.addAll(command);
        return processes.command(words.toArray(String[]::new)).start();
    }

    @Test
    void prometheusHasNothingAgainstAnyOfOurNames() throws IOException {
        String promtool = Tools.require("promtool").toString();
        RunningProcess check = feed(scrape(PLAIN), List.of(promtool, "check", "metrics"));

        assertThat(check.awaitExit(PATIENCE)).as(check::dump).isIn(0, DISLIKED);
        assertThat(check.output()).as(check::dump).noneMatch(line -> line.text().startsWith("prefork_"));
    }

    @Test
    void aStrictParserReadsOpenMetrics() throws IOException {
        String python = pythonWithParser();
        RunningProcess parse = feed(
                scrape(OPEN),
                List.of(python, Scripts.path("../exposition/openmetrics.py").toString()));

        assertThat(parse.awaitExit(PATIENCE)).as(parse::dump).isZero();
        assertThat(parse.stdout())
                .contains("prefork_workers gauge 4")
                .contains("prefork_worker_exits counter 12")
                .contains("prefork_worker_startup_seconds histogram");
    }

    /** Debian's packages belong to Debian's Python, which need not be the first on the path. */
    private static String pythonWithParser() {
        Path any = Tools.require("python3");
        Path debians = Path.of("/usr/bin/python3");
        Path python = Files.isDirectory(Path.of("/usr/lib/python3/dist-packages/prometheus_client")) ? debians : any;
        Tools.requireSuccess(
                "Python has no prometheus_client", List.of(python.toString(), "-c", "import prometheus_client"));
        return python.toString();
    }

    @Test
    void ourOwnParserFindsTheSameInBothFormats() throws IOException {
        Parsed plain = ExpositionParser.parse(scrape(PLAIN).getBytes(UTF_8), Integer.MAX_VALUE);
        Parsed open = ExpositionParser.parse(scrape(OPEN).getBytes(UTF_8), Integer.MAX_VALUE);

        assertThat(plain.problems()).isEmpty();
        assertThat(open.problems()).isEmpty();
        assertThat(open.exposition().shape().families())
                .extracting(family -> family.name() + " " + family.kind())
                .containsAll(plain.exposition().shape().families().stream()
                        .filter(family -> family.name().startsWith("prefork_worker"))
                        .map(family -> family.name() + " " + family.kind())
                        .toList());
    }
}
