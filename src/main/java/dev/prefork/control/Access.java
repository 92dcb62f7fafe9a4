package dev.prefork.control;

import java.util.Locale;
import java.util.stream.Stream;

/** What the control socket is for. */
public enum Access {
    /** Nothing: there is none. */
    OFF,
    /** The state alone. */
    READ,
    /** All that signals can ask for, too. */
    FULL;

    /** As users write it. */
    public static Access parse(String word) {
        return Stream.of(values())
                .filter(access -> access.toString().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("must be off, read or full"));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
