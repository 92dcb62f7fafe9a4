package dev.prefork.bootcache;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The variables from which a JVM, or its launcher, takes options; see java(1). Stateless. */
final class JvmVariables {
    /** Options before those of the command line, in this order. */
    static final List<String> BEFORE = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

    /** Options after it. */
    static final String AFTER = "_JAVA_OPTIONS";

    static final List<String> NAMES = List.of(BEFORE.get(0), BEFORE.get(1), AFTER);

    private static final Pattern WORD = Pattern.compile("(?:[^\\s\"']|\"[^\"]*\"|'[^']*')+");

    private JvmVariables() {}

    /** The options in one of them: words between blanks, where quotes keep blanks together. */
    static List<String> words(Map<String, String> environment, String variable) {
        return WORD.matcher(environment.getOrDefault(variable, ""))
                .results()
                .map(word -> word.group().replaceAll("\"([^\"]*)\"|'([^']*)'", "$1$2"))
                .toList();
    }
}
