package dev.prefork.cli;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The options of verbs that ask a running master, for tests of what documents say. */
public final class VerbOptionWords {
    private VerbOptionWords() {}

    public static Set<String> all() {
        return Stream.of(VerbOption.values()).map(VerbOption::word).collect(Collectors.toSet());
    }
}
