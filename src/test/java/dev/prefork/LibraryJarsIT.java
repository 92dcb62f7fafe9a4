package dev.prefork;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.example.Hello;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The README's program needs the jars that docs/LIBRARY.md lists, and no other. */
class LibraryJarsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** {@code | `group:artifact` | …}, with a classifier for some. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([\\w.]+):([\\w-]+)(?::(\\w+))?` \\|");

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void theReadmesProgramRunsWithTheListedJarsAlone(@TempDir Path directory) throws Exception {
        RunningProcess program = start(directory, jars());
        String listening = program.awaitLine("listening on .*:\\d+", PATIENCE).text();
        program.awaitLine("serving: .*", PATIENCE);

        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        "http://127.0.0.1" + listening.substring(listening.lastIndexOf(':'))))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(response.body()).matches("hello from \\d+\n");
        program.signal("TERM");
        assertThat(program.awaitExit(PATIENCE)).isZero();
        assertThat(program.stderr())
                .as("the log goes where the JDK's does")
                .contains("INFO: worker 0 ")
                .doesNotContain("NoClassDefFoundError");
    }

    @Test
    void noneOfThemIsSuperfluous(@TempDir Path directory) throws Exception {
        List<Path> jars = jars();
        for (int i = 1; i < jars.size(); i++) {
            List<Path> fewer = new ArrayList<>(jars);
            fewer.remove(i);
            RunningProcess program = start(Files.createDirectory(directory.resolve("without-" + i)), fewer);
            assertThat(program.awaitExit(PATIENCE)).as("without " + jars.get(i)).isNotZero();
        }
    }

    private RunningProcess start(Path directory, List<Path> jars) throws IOException {
        String name = Hello.class.getName().replace('.', '/') + ".class";
        Path copy = directory.resolve(name);
        Files.createDirectories(copy.getParent());
        Files.copy(Path.of("target/test-classes").resolve(name), copy);
        String classPath = Stream.concat(jars.stream(), Stream.of(directory))
                .map(path -> path.toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        return processes
                .command(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classPath,
                        Hello.class.getName(),
                        "127.0.0.1:0")
                .start();
    }

    /** In the order of the document, where Prefork's own is the first. */
    private static List<Path> jars() throws IOException {
        List<Path> jars = ROW.matcher(Files.readString(Path.of("docs/LIBRARY.md")))
                .results()
                .map(LibraryJarsIT::jar)
                .toList();
        assertThat(jars).hasSizeGreaterThan(2);
        return jars;
    }

    private static Path jar(MatchResult row) {
        if (row.group(1).equals("dev.prefork")) {
            return Path.of("target", row.group(2) + "-" + System.getProperty("prefork.version") + ".jar");
        }
        String directory = row.group(1).replace('.', '/') + "/" + row.group(2) + "/";
        Pattern name = Pattern.compile(".*/" + Pattern.quote(directory) + "[\\d.]+/" + row.group(2) + "-[\\d.]+"
                + (row.group(3) == null ? "" : "-" + row.group(3)) + "\\.jar");
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(classPath.split(File.pathSeparator))
                .filter(entry -> name.matcher(entry).matches())
                .map(Path::of)
                .findFirst()
                .orElseThrow(() -> new AssertionError(row.group() + " is not among " + classPath));
    }
}
