package dev.prefork.it.command;

import dev.prefork.it.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs among the test resources, below {@code it}. Any thread. */
public final class Scripts {
    private Scripts() {}

    /** The file of a resource such as {@code command/worker.py}. */
    public static Path path(String name) {
        URL resource = Scripts.class.getResource("/it/" + name);
        if (resource == null) {
            throw new AssertionError("there is no test resource it/" + name);
        }
        try {
            return Path.of(resource.toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** A command that runs a Python script; skips the test on a machine without Python 3. */
    public static List<String> python(String script, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(interpreter(), path(script).toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** {@code command/worker.py}. */
    public static List<String> worker(String... arguments) {
        return python("command/worker.py", arguments);
    }

    /** Where Python itself is: what is on the PATH may be a shell script that chooses one. */
    private static String interpreter() {
        try {
            Process python = new ProcessBuilder(
                            Tools.require("python3").toString(), "-c", "import sys; print(sys.executable)")
                    .start();
            String path = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            // Until somebody has waited for it, it is a child that has ended, and some tests look for such.
            python.waitFor();
            return path;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
