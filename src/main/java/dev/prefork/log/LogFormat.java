package dev.prefork.log;

import java.util.Locale;

/** How lines of the log are written. */
public enum LogFormat {
    /** Time, level and words. */
    TEXT,
    /** One JSON object a line. */
    JSON;

    /** The one of this name; an IllegalArgumentException says what would be one. */
    public static LogFormat parse(String text) {
        for (LogFormat format : values()) {
            if (format.toString().equals(text)) {
                return format;
            }
        }
        throw new IllegalArgumentException("not a format; give text or json");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
