package dev.prefork.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** DurationText as they are written in settings: {@code 30s}, {@code 500ms}, {@code 2m}, {@code PT30S}, {@code 30}. */
public final class DurationText {
    private static final Pattern SIMPLE = Pattern.compile("(\\d+)(ms|s|m|h|d)?");
    private static final Pattern NEGATIVE = Pattern.compile("-.*|P(T?)-.*", Pattern.CASE_INSENSITIVE);
    private static final Map<String, ChronoUnit> UNITS = Map.of(
            "ms", ChronoUnit.MILLIS,
            "s", ChronoUnit.SECONDS,
            "m", ChronoUnit.MINUTES,
            "h", ChronoUnit.HOURS,
            "d", ChronoUnit.DAYS);

    private DurationText() {}

    /**
     * The duration a text means; a number alone is seconds.
     *
     * @throws IllegalArgumentException with what is wrong and how to write it, to follow the setting's name and value
     */
    static Duration parse(String text) {
        if (NEGATIVE.matcher(text).matches()) {
            throw new IllegalArgumentException("a duration cannot be negative; " + howTo());
        }
        try {
            Matcher simple = SIMPLE.matcher(text);
            Duration duration = simple.matches()
                    ? Duration.of(Long.parseLong(simple.group(1)), unit(simple.group(2)))
                    : Duration.parse(text.toUpperCase(Locale.ROOT));
            // All deadlines are calculated in nanoseconds; what does not fit a long would overflow there.
            if (duration.toNanos() < 0) {
                throw new IllegalArgumentException("a duration cannot be negative; " + howTo());
            }
            return duration;
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("this duration is too long; the maximum is 106751d");
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("not a duration; " + howTo());
        }
    }

    /** The shortest way to write a duration that {@link #parse} reads as the same. */
    public static String format(Duration duration) {
        long millis = duration.toMillis();
        if (!duration.equals(Duration.ofMillis(millis))) {
            return duration.toString();
        }
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds == 0 || seconds % 60 != 0 || seconds == 60) {
            return seconds + "s";
        }
        return seconds % 3600 == 0 ? seconds / 3600 + "h" : seconds / 60 + "m";
    }

    private static ChronoUnit unit(String unit) {
        return unit == null ? ChronoUnit.SECONDS : UNITS.get(unit);
    }

    private static String howTo() {
        return "write a number with ms, s, m, h or d, such as 30s, or ISO 8601, such as PT30S";
    }
}
