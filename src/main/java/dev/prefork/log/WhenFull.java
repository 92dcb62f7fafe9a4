package dev.prefork.log;

import java.util.Locale;

/** What becomes of workers' lines while the master's own output is not read. */
public enum WhenFull {
    /** They wait, and the workers with them. */
    BLOCK,
    /** They are dropped and counted. */
    DROP;

    /** The one of this name; an IllegalArgumentException says what would be one. */
    public static WhenFull parse(String text) {
        for (WhenFull what : values()) {
            if (what.toString().equals(text)) {
                return what;
            }
        }
        throw new IllegalArgumentException("neither of the two; give block or drop");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
