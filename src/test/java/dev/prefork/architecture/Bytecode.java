package dev.prefork.architecture;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/**
 * Reads who names whom out of compiled classes with the JDK's own jdeps. It sees descriptors, signatures and annotations
 * too: a call of {@code Runtime.exec} shows as a use of {@code java.lang.Process}, which that method returns.
 */
final class Bytecode {
    private static final Pattern LINE = Pattern.compile("^ +(\\S+) +-> (\\S+) .*$", Pattern.MULTILINE);

    private Bytecode() {}

    /** All dependencies of the classes under a directory, those between classes of one package included. */
    static List<Dependency> dependencies(Path classes) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = ToolProvider.findFirst("jdeps")
                .orElseThrow(() -> new AssertionError("this Java has no jdeps: run the tests on a JDK"))
                .run(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        "-verbose:class",
                        "-filter:none",
                        classes.toString());
        if (status != 0) {
            throw new AssertionError("jdeps cannot read " + classes + ": " + err + out);
        }
        Matcher line = LINE.matcher(out.toString());
        return line.results()
                .map(result -> new Dependency(result.group(1), result.group(2)))
                .toList();
    }
}
