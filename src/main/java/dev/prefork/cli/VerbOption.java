package dev.prefork.cli;

import java.util.List;
import java.util.stream.Stream;

/** An option of a verb that asks a running master. Settings, which a master is started with, are {@link dev.prefork.config.Option}s. */
enum VerbOption {
    OUTPUT("--output", "table|wide|json", "How to show it; -o is the same. table by default."),
    FOLLOW("--follow", "", "Go on with what happens, a line for each event, until interrupted."),
    WAIT("--wait", "", "Return when it is done, with exit code 0 if it was done well."),
    TIMEOUT("--timeout", "D", "With --wait: for how long at most, such as 90s. Then exit code 1."),
    NOW("--now", "", "Without the drain delay; of a worker: SIGKILL first."),
    PID("--pid", "N", "Which master, where several are visible.");

    private final String word;
    private final String placeholder;
    private final String help;

    VerbOption(String word, String placeholder, String help) {
        this.word = word;
        this.placeholder = placeholder;
        this.help = help;
    }

    String word() {
        return word;
    }

    /** Empty for one that stands alone. */
    String placeholder() {
        return placeholder;
    }

    String help() {
        return help;
    }

    /** The ways to write it. */
    List<String> words() {
        return this == OUTPUT ? List.of(word, "-o") : List.of(word);
    }

    boolean isFlag() {
        return placeholder.isEmpty();
    }

    /** What may stand there, if that is a choice; else all may. */
    List<String> choices() {
        return placeholder.contains("|") ? Stream.of(placeholder.split("\\|")).toList() : List.of();
    }
}
