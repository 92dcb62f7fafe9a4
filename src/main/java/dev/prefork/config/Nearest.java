package dev.prefork.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that a mistyped one was probably meant to be, if one is near. Stateless; any thread. */
public final class Nearest {
    private static final int SHORTEST_BEGINNING = 3;

    private Nearest() {}

    /** What follows a refusal: whether one of {@code known} was meant, if one is near, and the remedy, in lower case. */
    public static String question(String typed, Collection<String> known, String remedy) {
        return of(typed, known)
                .map(name -> "; did you mean " + name + "? "
                        + remedy.substring(0, 1).toUpperCase(Locale.ROOT) + remedy.substring(1))
                .orElse("; " + remedy);
    }

    /**
     * The one of {@code known} with the fewest edits from {@code typed}: one for every three letters begun, or any number of
     * letters that are missing or too many at the end, which is the likelier. Further away it would be a guess that misleads; then there is none.
     */
    static Optional<String> of(String typed, Collection<String> known) {
        String word = bare(typed);
        return known.stream()
                .filter(name -> isNear(word, bare(name)))
                .min(Comparator.comparing((String name) -> !isBegun(word, bare(name)))
                        .thenComparing(name -> distance(word, bare(name)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static boolean isNear(String word, String name) {
        return isBegun(word, name) || distance(word, name) <= (word.length() + 2) / 3;
    }

    private static boolean isBegun(String word, String name) {
        return Math.min(word.length(), name.length()) >= SHORTEST_BEGINNING
                && (name.startsWith(word) || word.startsWith(name));
    }

    /** Without what all names of a kind begin with, and without regard to case. */
    private static String bare(String name) {
        return name.replaceFirst("^(-+|(?i:prefork)[._])", "").toLowerCase(Locale.ROOT);
    }

    /** Levenshtein's distance: insertions, deletions and substitutions, each counting one. */
    static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int column = 0; column <= to.length(); column++) {
            previous[column] = column;
        }
        for (int row = 1; row <= from.length(); row++) {
            int[] current = new int[to.length() + 1];
            current[0] = row;
            for (int column = 1; column <= to.length(); column++) {
                int substitution = previous[column - 1] + (from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1);
                current[column] = Math.min(substitution, 1 + Math.min(previous[column], current[column - 1]));
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
