package dev.prefork.cli;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the program can be told to do. */
enum Verb {
    RUN("run", "Bind the sockets, start and supervise the workers. The default."),
    CHECK("check", "Validate the settings and look up COMMAND, and show them. Binds nothing."),
    EXPLAIN("explain", "Show what run would do here: limits, sizes, the stop, warnings. Binds nothing."),
    HEALTH("health", "Query the running master: health [live|ready|started|well], ready by default."),
    VERSION("version", "Show the version and the runtime."),
    HELP("help", "Show this text.");

    private final String word;
    private final String description;

    Verb(String word, String description) {
        this.word = word;
        this.description = description;
    }

    String word() {
        return word;
    }

    String description() {
        return description;
    }

    static Optional<Verb> of(String word) {
        return Stream.of(values()).filter(verb -> verb.word.equals(word)).findFirst();
    }

    static List<String> words() {
        return Stream.of(values()).map(Verb::word).toList();
    }
}
