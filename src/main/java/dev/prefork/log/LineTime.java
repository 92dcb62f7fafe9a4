package dev.prefork.log;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How the time stands in a line: ISO 8601 with milliseconds and the offset of the zone that TZ names. Any thread. */
public final class LineTime {
    /** The same for a formatter of the platform's log. */
    public static final String PATTERN = "yyyy-MM-dd'T'HH:mm:ss.SSSXXX";

    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(PATTERN, Locale.ROOT);

    private LineTime() {}

    public static String text(Instant time) {
        return text(time, ZoneId.systemDefault());
    }

    static String text(Instant time, ZoneId zone) {
        return FORMAT.format(time.atZone(zone));
    }
}
