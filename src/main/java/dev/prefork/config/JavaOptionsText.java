package dev.prefork.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * JVM options in one text, written as in JDK_JAVA_OPTIONS: words between white space, and single or double quotes around what
 * belongs together; see java(1), "Using the JDK_JAVA_OPTIONS Launcher Environment Variable". Stateless.
 */
final class JavaOptionsText {
    /** They end the options, or the JVM. */
    private static final Set<String> NO_OPTIONS = Set.of(
            "-jar",
            "-m",
            "--module",
            "-cp",
            "-classpath",
            "--class-path",
            "-version",
            "--version",
            "-showversion",
            "-h",
            "-help",
            "--help",
            "--dry-run");

    private JavaOptionsText() {}

    static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (char c : text.toCharArray()) {
            if (quote != 0 ? c == quote : c == '"' || c == '\'') {
                quote = quote == 0 ? c : 0;
                inWord = true;
            } else if (quote == 0 && Character.isWhitespace(c)) {
                addIf(inWord, words, word);
                inWord = false;
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (quote != 0) {
            throw new IllegalArgumentException("a quote (" + quote + ") is not closed; add the other one");
        }
        addIf(inWord, words, word);
        words.forEach(JavaOptionsText::requireOption);
        return List.copyOf(words);
    }

    private static void addIf(boolean inWord, List<String> words, StringBuilder word) {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    private static void requireOption(String word) {
        if (!word.startsWith("-") && !word.startsWith("@")) {
            throw new IllegalArgumentException("'" + word
                    + "' is not a JVM option; begin each with -, and join an option and its value with =, as in"
                    + " --add-opens=java.base/java.lang=ALL-UNNAMED");
        }
        if (NO_OPTIONS.contains(word)) {
            throw new IllegalArgumentException(
                    "'" + word + "' would change what workers run; give options that tune the JVM, such as -Xmx256m");
        }
    }

    /** Read again as the same words. */
    static String join(List<String> words) {
        List<String> quoted = words.stream().map(JavaOptionsText::quoted).toList();
        return String.join(" ", quoted);
    }

    private static String quoted(String word) {
        boolean plain = word.chars().noneMatch(c -> Character.isWhitespace(c) || c == '"' || c == '\'');
        if (plain) {
            return word;
        }
        // A word may have quotes of both kinds, so each run is put into those of the other kind.
        StringBuilder text = new StringBuilder();
        for (String run : word.split("(?<=')(?!')|(?<!')(?=')")) {
            String around = run.contains("'") ? "\"" : "'";
            text.append(around).append(run).append(around);
        }
        return text.toString();
    }
}
