package dev.prefork.architecture;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Words that users are not to read, each with the one that they would search for. Pure: files in, sentences about offenders
 * out.
 */
final class PlainWords {
    /** Files, and directories with a slash, whose text is checked. */
    static final List<String> SCOPE = List.of(
            "README.md", "CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md", "docs/", "k8s/", ".ci/", "src/main/");

    /** A blank, or the end of a line with what begins the next line of a comment. */
    private static final String GAP = "\\s{1,40}(?:(?:\\*|//|#|>)\\s{1,4})?";

    /** Patterns by words; a blank stands for any gap between words. Whole words only: a hyphen belongs to a word. */
    private static final List<Map.Entry<String, String>> WORDS = List.of(
            Map.entry("(?:ended|ends|end) unasked|unasked(?: ends?)?", "exited unexpectedly, unexpected exit"),
            Map.entry("(?:no|some|any|every)body", "the worker, process, client or user that is meant"),
            Map.entry("who(?:m)?ever", "the process or person that is meant"),
            Map.entry("whatever", "the thing that is meant, 'any', 'regardless of'"),
            Map.entry("newcomers?", "new connections"),
            Map.entry("reckon(?:s|ed|ing)?", "calculate, estimate, budget"),
            Map.entry("mend(?:s|ed|ing)?", "fix"),
            Map.entry("dear(?:er|est|ly)?", "expensive"),
            Map.entry("f(?:e|a)ll(?:s|en|ing)? silent", "stopped responding, sent no heartbeat"),
            Map.entry(
                    "serv(?:e|es|ed|ing) on(?! (?:\\S*\\d|ports?|\\{@|the|an?|all|its|their|inherited|tcp|unix|https?)\\b)",
                    "keeps serving"),
            Map.entry("(?:killed|ended)[^.;]{0,30} want of memory", "OOM-killed"),
            Map.entry("for want of", "because there is no, without"),
            Map.entry("(?<!\\bthere )is no (?!longer|more|less|better|worse|different)\\w+", "is not a, has no"),
            Map.entry("says? so itself", "worker sent STOPPING=1"),
            Map.entry("first generation(?! never became ready)", "initial workers, all workers ready"),
            Map.entry("keepsakes?", "inherited descriptor"),
            Map.entry("last words", "termination message"),
            Map.entry("drills?", "warm-up"),
            Map.entry("rehears(?:e|es|ed|ing|als?)", "warm-up"),
            Map.entry("beats|(?:an?|the|each|its|last) beat", "heartbeat"),
            Map.entry("hands off(?! to\\b)", "does not touch, does not use"),
            Map.entry("of (?:its|his|their) own will", "by itself"));

    private static final List<Map.Entry<Pattern, String>> PATTERNS = WORDS.stream()
            .map(word -> Map.entry(
                    Pattern.compile(
                            "(?<![\\w-])(?:" + word.getKey().replace(" ", GAP) + ")(?![\\w-])",
                            Pattern.CASE_INSENSITIVE),
                    word.getValue()))
            .toList();

    private PlainWords() {}

    /** What the files in the scope say that they should not, in their order. */
    static List<String> violations(Collection<TextFile> files) {
        return files.stream()
                .filter(PlainWords::isInScope)
                .flatMap(PlainWords::violations)
                .toList();
    }

    private static boolean isInScope(TextFile file) {
        return SCOPE.stream()
                .anyMatch(scope -> scope.endsWith("/")
                        ? file.path().startsWith(scope)
                        : file.path().equals(scope));
    }

    private static Stream<String> violations(TextFile file) {
        String text = String.join("\n", file.lines());
        return PATTERNS.stream().flatMap(word -> word.getKey()
                .matcher(text)
                .results()
                .map(found -> file.path() + ":" + line(text, found.start()) + " has \""
                        + found.group().replaceAll("\\s+", " ") + "\"; use instead: " + word.getValue()));
    }

    private static int line(String text, int offset) {
        Matcher ends = Pattern.compile("\n").matcher(text).region(0, offset);
        return 1 + (int) ends.results().count();
    }
}
