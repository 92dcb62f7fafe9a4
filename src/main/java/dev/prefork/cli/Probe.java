package dev.prefork.cli;

import dev.prefork.config.Nearest;
import dev.prefork.config.UsageException;
import java.util.Locale;
import java.util.stream.Stream;

/** What can be asked about a master's health. */
enum Probe {
    LIVE,
    READY,
    STARTED,
    WELL;

    /** As users write it, and as it is called in the path. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The probe with this name.
     *
     * @throws UsageException if there is none
     */
    static Probe of(String word) {
        return Stream.of(values())
                .filter(probe -> probe.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new UsageException("unknown probe " + word
                        + Nearest.question(
                                word, Stream.of(values()).map(Probe::word).toList(), "see prefork --help")));
    }
}
