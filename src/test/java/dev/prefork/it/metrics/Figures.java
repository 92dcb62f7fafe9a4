package dev.prefork.it.metrics;

import dev.prefork.it.Answer;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The samples of one answer by their series, such as {@code prefork_workers{state="ready"}}. Knows the lines of both text
 * formats, and nothing of types: for tests of single numbers. Immutable.
 *
 * @param text the whole answer, for messages
 */
record Figures(Map<String, Double> samples, String text) {
    /** Requests for {@code /} that the demonstration service answered. */
    static final String REQUESTS =
            "http_server_requests_seconds_count{method=\"GET\",outcome=\"SUCCESS\",status=\"200\",uri=\"root\"}";

    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][^{ ]*(?:\\{.*})?) (\\S+)");
    private static final Pattern LABEL_VALUE = Pattern.compile("=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** What only grows, but for a number of processors that looks like it, and a fact that is there while a worker lives. */
    private static final Pattern ACCUMULATES = Pattern.compile(
            "(?!\\w*_(active_count|duration_sum)\\b)(?!system_cpu_count|jvm_info_total)[^{]*(_total|_count|_bucket|_sum)(\\{.*)?");

    static Figures of(Answer scrape) {
        if (scrape.status() != 200) {
            throw new AssertionError("a scrape was answered with " + scrape);
        }
        return parse(scrape.body());
    }

    static Figures parse(String text) {
        Map<String, Double> samples = new TreeMap<>();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            Matcher sample = SAMPLE.matcher(line);
            if (!sample.matches()) {
                throw new AssertionError("\"" + line + "\" is no sample, in\n" + text);
            }
            String number = sample.group(2).replace("Inf", "Infinity");
            if (samples.put(sample.group(1), Double.valueOf(number)) != null) {
                throw new AssertionError(sample.group(1) + " is there twice, in\n" + text);
            }
        });
        return new Figures(samples, text);
    }

    double of(String series) {
        Double found = samples.get(series);
        if (found == null) {
            throw new AssertionError("no " + series + " in\n" + text);
        }
        return found;
    }

    /** For series that come with the first request. */
    double orZero(String series) {
        return samples.getOrDefault(series, 0.0);
    }

    /** Those of one name, by their labels in braces; without labels by the empty text. */
    Map<String, Double> named(String name) {
        return samples.entrySet().stream()
                .filter(sample ->
                        sample.getKey().equals(name) || sample.getKey().startsWith(name + "{"))
                .collect(Collectors.toMap(
                        sample -> sample.getKey().substring(name.length()),
                        Map.Entry::getValue,
                        Double::sum,
                        TreeMap::new));
    }

    /** The names of all series. */
    Set<String> names() {
        return samples.keySet().stream()
                .map(series -> series.replaceFirst("\\{.*", ""))
                .collect(Collectors.toSet());
    }

    /** Every value of every label of the master's own metrics. */
    Set<String> labelValues() {
        return samples.keySet().stream()
                .filter(series -> series.startsWith("prefork_"))
                .flatMap(series -> LABEL_VALUE.matcher(series).results().map(found -> found.group(1)))
                .collect(Collectors.toSet());
    }

    /** Those that may never fall. Tasks that are under way, {@code _active_count} and {@code _duration_sum}, go down too. */
    Map<String, Double> accumulating() {
        return samples.entrySet().stream()
                .filter(sample -> ACCUMULATES.matcher(sample.getKey()).matches())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
