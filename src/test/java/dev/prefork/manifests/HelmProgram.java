package dev.prefork.manifests;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Helm in a process of its own: it brings Go's runtime, with threads and signal handlers that the tests' JVM must not have.
 * Arguments: a chart for lint, and the one to render; then the name of a release and a file of values for each rendering, which goes beside the values, with
 * the suffix {@code .rendered} or, if Helm refuses, {@code .refused}. What lint says goes to the standard output, a line
 * each, and at last whether it passed.
 */
final class HelmProgram {
    /** Helm's own guess is too old for the chart. */
    private static final String KUBERNETES = "1.34.0";

    private HelmProgram() {}

    public static void main(String[] arguments) throws IOException {
        Path chart = Path.of(arguments[0]);
        LintResult lint = new Helm(chart).lint().strict().call();
        lint.getMessages().forEach(System.out::println);
        System.out.println(lint.isFailed() ? "lint failed" : "lint passed");
        Path rendered = Path.of(arguments[1]);
        for (int i = 2; i + 1 < arguments.length; i += 2) {
            render(rendered, arguments[i], Path.of(arguments[i + 1]));
        }
    }

    private static void render(Path chart, String release, Path values) throws IOException {
        try {
            String rendered = new Helm(chart)
                    .template()
                    .withName(release)
                    .withNamespace("shop")
                    .withKubeVersion(KUBERNETES)
                    .withValuesFile(values)
                    .call();
            Files.writeString(Path.of(values + ".rendered"), rendered);
        } catch (IllegalStateException e) {
            Files.writeString(Path.of(values + ".refused"), e.getMessage());
        }
    }
}
