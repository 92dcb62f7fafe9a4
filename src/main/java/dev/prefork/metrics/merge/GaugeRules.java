package dev.prefork.metrics.merge;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How the gauges of several workers become one: added up, unless a rule says otherwise for their name. The first rule that
 * fits holds; those of the user come before the built-in ones. Immutable.
 */
public final class GaugeRules {

    /** What becomes of the numbers of one series. */
    public enum Mode {
        SUM,
        MAX,
        MIN,
        AVG,
        /** That of the worker that was heard of last. */
        LAST;

        static Mode parse(String text) {
            return Stream.of(values())
                    .filter(mode -> mode.name().equalsIgnoreCase(text))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "\"" + text + "\" is not a merge mode for gauges; give sum, max, min, avg, last"));
        }
    }

    /**
     * For names that match.
     *
     * @param pattern a name in which {@code *} stands for any number of characters
     */
    public record Rule(String pattern, Mode mode) {

        /** Reads {@code PATTERN=MODE}, such as {@code pool_*_limit=max}; an IllegalArgumentException says what is wrong. */
        public static Rule parse(String text) {
            int equals = text.lastIndexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" is not a rule for gauges; give PATTERN=MODE, such as *_limit=max");
            }
            String pattern = text.substring(0, equals).strip();
            if (!pattern.matches("[a-zA-Z0-9_:*]+")) {
                throw new IllegalArgumentException("\"" + pattern
                        + "\" cannot be a metric's name; give letters, digits, _" + " and *, such as *_limit=max");
            }
            return new Rule(pattern, Mode.parse(text.substring(equals + 1).strip()));
        }

        /** What stands between stars is taken where it comes first: to look any further would find no more names. */
        boolean fits(String name) {
            String[] pieces = pattern.split("\\*", -1);
            String end = pieces[pieces.length - 1];
            if (pieces.length == 1) {
                return name.equals(end);
            }
            int at = name.startsWith(pieces[0]) ? pieces[0].length() : -1;
            for (int i = 1; i < pieces.length - 1 && at >= 0; i++) {
                int found = name.indexOf(pieces[i], at);
                at = found < 0 ? -1 : found + pieces[i].length();
            }
            return at >= 0 && at + end.length() <= name.length() && name.endsWith(end);
        }

        @Override
        public String toString() {
            return pattern + "=" + mode.name().toLowerCase(Locale.ROOT);
        }
    }

    /** Sums of these would be nonsense: facts of the machine that all workers share, extremes, and moments. */
    private static final List<Rule> BUILT_IN = List.of(
            new Rule("*_info", Mode.MAX),
            new Rule("*_info_total", Mode.MAX),
            new Rule("*_ratio", Mode.AVG),
            new Rule("*_usage", Mode.AVG),
            new Rule("*_overhead", Mode.AVG),
            new Rule("*_after_gc", Mode.AVG),
            new Rule("*_max", Mode.MAX),
            new Rule("*_min", Mode.MIN),
            new Rule("*_start_time_seconds", Mode.MIN),
            new Rule("*_uptime_seconds", Mode.MAX),
            new Rule("*_timestamp_seconds", Mode.MAX),
            new Rule("system_*", Mode.MAX));

    private final List<Rule> rules;

    private GaugeRules(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** These before the built-in ones. */
    public static GaugeRules of(List<Rule> own) {
        List<Rule> all = new ArrayList<>(own);
        all.addAll(BUILT_IN);
        return new GaugeRules(all);
    }

    Mode modeOf(String name) {
        return rules.stream()
                .filter(rule -> rule.fits(name))
                .findFirst()
                .map(Rule::mode)
                .orElse(Mode.SUM);
    }
}
