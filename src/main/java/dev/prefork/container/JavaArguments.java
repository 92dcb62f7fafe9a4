package dev.prefork.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The command line of a JVM, taken apart as java(1) does: options, then what is run, then the arguments of that. Immutable;
 * any thread.
 *
 * @param program the name that java was called by
 * @param options all before the main class or {@code -jar}, an option and its value as two elements where they are two words
 * @param jar behind {@code -jar}; empty for a main class
 */
public record JavaArguments(String program, List<String> options, Optional<String> jar) {
    private static final String JAR = "-jar";

    /** Their value is the next word. */
    private static final Set<String> TWO_WORDS = Set.of(
            "-cp",
            "-classpath",
            "--class-path",
            "-p",
            "--module-path",
            "--upgrade-module-path",
            "--add-modules",
            "--enable-native-access",
            "--limit-modules",
            "--add-reads",
            "--add-exports",
            "--add-opens",
            "--patch-module",
            "-d",
            "--describe-module",
            "--source");

    private static final Set<String> CLASS_PATH = Set.of("-cp", "-classpath", "--class-path");
    private static final Set<String> MODULE = Set.of("-m", "--module");

    /**
     * How a JVM runs, not what: these fit one process. A debugger's port, the file of a recording and a heap are the master's
     * alone; properties, class path and modules are the program's, which master and worker share.
     */
    private static final Pattern TUNING =
            Pattern.compile("-X.*|-(javaagent|agentlib|agentpath):.*|-server|-client|-verbose(:.*)?|-splash:.*");

    public JavaArguments {
        options = List.copyOf(options);
    }

    /** Of a whole command line, the program's name first. */
    public static JavaArguments of(List<String> commandLine) {
        int end = end(commandLine);
        Optional<String> jar =
                end + 1 < commandLine.size() && commandLine.get(end).equals(JAR)
                        ? Optional.of(commandLine.get(end + 1))
                        : Optional.empty();
        return new JavaArguments(commandLine.get(0), commandLine.subList(1, end), jar);
    }

    /** The same command line without what tunes the JVM. */
    public static List<String> withoutTuning(List<String> commandLine) {
        int end = end(commandLine);
        List<String> kept = new ArrayList<>(List.of(commandLine.get(0)));
        for (int i = 1; i < end; i++) {
            String option = commandLine.get(i);
            if (TWO_WORDS.contains(option) && i + 1 < end) {
                kept.add(option);
                i++;
                kept.add(commandLine.get(i));
            } else if (!TUNING.matcher(option).matches()) {
                kept.add(option);
            }
        }
        kept.addAll(commandLine.subList(end, commandLine.size()));
        return List.copyOf(kept);
    }

    /** Those that tune the JVM. */
    public List<String> tuning() {
        return options.stream()
                .filter(option -> TUNING.matcher(option).matches())
                .toList();
    }

    /** The class path: the jar, or what an option names, the last of several. */
    public Optional<String> classPath() {
        if (jar.isPresent()) {
            return jar;
        }
        Optional<String> path = Optional.empty();
        for (int i = 0; i < options.size(); i++) {
            if (CLASS_PATH.contains(options.get(i)) && i + 1 < options.size()) {
                path = Optional.of(options.get(i + 1));
            } else if (options.get(i).startsWith("--class-path=")) {
                path = Optional.of(options.get(i).substring("--class-path=".length()));
            }
        }
        return path;
    }

    /** Where the main class, {@code -jar} or {@code -m} is. */
    private static int end(List<String> commandLine) {
        int i = 1;
        while (i < commandLine.size()) {
            String word = commandLine.get(i);
            if (word.equals(JAR) || MODULE.contains(word) || !word.startsWith("-") && !word.startsWith("@")) {
                return i;
            }
            i += TWO_WORDS.contains(word) ? 2 : 1;
        }
        return commandLine.size();
    }
}
