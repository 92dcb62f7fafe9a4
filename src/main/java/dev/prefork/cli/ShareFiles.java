package dev.prefork.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes what a distribution's archive has below {@code share}: the manual page and the completions, where shells look for them.
 * Run by the build, in profile {@code release}.
 */
final class ShareFiles {
    private static final int DATE = "2026-11-01".length();

    private ShareFiles() {}

    /** @param arguments the directory, and the time of the release, of which the day is shown */
    public static void main(String[] arguments) throws IOException {
        for (Map.Entry<String, String> file :
                of(arguments[1].substring(0, DATE)).entrySet()) {
            Path path = Path.of(arguments[0]).resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }

    /** What is in each file. */
    static Map<String, String> of(String date) {
        return Map.of(
                "man/man1/prefork.1", ManPage.of(date),
                "bash-completion/completions/prefork", Completion.of("bash"),
                "zsh/site-functions/_prefork", zshFunction());
    }

    /**
     * The first completion loads the file as a function and runs it, whereupon the function it defines takes its name: the call at
     * the end completes for that first time. See "Autoloaded files" in zshcompsys(1).
     */
    private static String zshFunction() {
        return "#compdef prefork\n" + Completion.of("zsh") + "_bash_complete -o default -F _prefork\n";
    }
}
