package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The Helm chart, and what Helm makes of it. */
final class Chart {
    static final Path DIRECTORY = Path.of("k8s/helm/prefork");
    static final String DEFAULTS = "defaults";

    /** What a hook's annotations are called in the copy that is rendered. */
    static final String HOOK = "example.com/hook";

    /** What Helm says when it has installed the chart, as an object that nobody but Helm makes. */
    private static final String NOTES = """
            kind: Notes
            text: {{ include (print .Template.BasePath "/NOTES.txt") . | toJson }}
            """;

    private static final String SUFFIX = "-values.yaml";

    private Chart() {}

    /**
     * What Helm said.
     *
     * @param manifests by the name of the values; those that were refused are missing
     * @param refusals likewise
     * @param notes likewise
     * @param lint what lint says to the chart
     */
    record Answer(
            Map<String, Manifests> manifests, Map<String, String> refusals, Map<String, String> notes, String lint) {}

    /** The examples beside the chart by their names, and the defaults. */
    static Map<String, String> examples() {
        Map<String, String> examples = new LinkedHashMap<>(Map.of(DEFAULTS, ""));
        try (Stream<Path> files = Files.list(DIRECTORY.resolve("ci"))) {
            for (Path file : files.sorted().toList()) {
                examples.put(file.getFileName().toString().replace(SUFFIX, ""), Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return examples;
    }

    /** What becomes of the examples; rendered once, since many tests ask. */
    static Answer ofExamples() {
        // Not in the initializer alone: a test that is skipped there would fail.
        requireHelm();
        return Examples.RENDERED;
    }

    private static final class Examples {
        static final Answer RENDERED = render(examples());
    }

    /** Renders the chart once for each of the values, in one process. */
    static Answer render(Map<String, String> values) {
        requireHelm();
        try {
            Path directory = Files.createTempDirectory("prefork-helm");
            try {
                return render(values, directory);
            } finally {
                try (Stream<Path> files = Files.walk(directory)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while Helm rendered", e);
        }
    }

    /** By the text of the values, none of which is refused. */
    static Map<String, Manifests> manifests(Collection<String> texts) {
        Answer answer = render(numbered(texts));
        assertThat(answer.refusals()).isEmpty();
        List<String> inOrder = List.copyOf(texts);
        Map<String, Manifests> manifests = new LinkedHashMap<>();
        answer.manifests().forEach((name, all) -> manifests.put(inOrder.get(Integer.parseInt(name)), all));
        return manifests;
    }

    /** Each by its place. */
    static Map<String, String> numbered(Collection<String> texts) {
        Map<String, String> numbered = new LinkedHashMap<>();
        texts.forEach(text -> numbered.put(Integer.toString(numbered.size()), text));
        return numbered;
    }

    /** Its library comes for x86-64 alone. */
    private static void requireHelm() {
        Tools.requireArchitecture("amd64");
    }

    /** Helm leaves hooks and notes out of what it renders: in a copy they are objects like others. */
    private static Path copy(Path directory) throws IOException {
        Path copy = directory.resolve("chart");
        try (Stream<Path> files = Files.walk(DIRECTORY)) {
            for (Path file : files.toList()) {
                Path target = copy.resolve(DIRECTORY.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectory(target);
                } else {
                    Files.writeString(target, Files.readString(file).replace("helm.sh/hook", HOOK));
                }
            }
        }
        Files.writeString(copy.resolve("templates/notes.yaml"), NOTES);
        return copy;
    }

    private static Answer render(Map<String, String> values, Path directory) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                HelmProgram.class.getName(),
                DIRECTORY.toString(),
                copy(directory).toString()));
        for (Map.Entry<String, String> one : values.entrySet()) {
            Path file = Files.writeString(directory.resolve(one.getKey()), one.getValue());
            command.add(Overlay.release(one.getKey()));
            command.add(file.toString());
        }
        Process helm = new ProcessBuilder(command).redirectErrorStream(true).start();
        helm.getOutputStream().close();
        String said = new String(helm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(helm.waitFor()).as(said).isZero();

        Answer answer = new Answer(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(), said);
        for (String name : values.keySet()) {
            Path rendered = directory.resolve(name + ".rendered");
            if (Files.exists(rendered)) {
                Manifests all = Manifests.parse(Files.readString(rendered));
                answer.notes().put(name, all.the("Notes").path("text").asText());
                answer.manifests().put(name, all.without("Notes"));
            } else {
                answer.refusals().put(name, Files.readString(directory.resolve(name + ".refused")));
            }
        }
        return answer;
    }
}
