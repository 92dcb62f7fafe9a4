package dev.prefork.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a master said about its health: the body as it came, read only for a line about what is wrong. Immutable.
 *
 * @param status of HTTP
 */
record HealthAnswer(int status, String body) {
    private static final int UP = 200;
    private static final int DOWN = 503;
    private static final String TEXT = "\"((?:[^\"\\\\]|\\\\.)*+)\"";
    private static final Pattern DOWN_CHECK =
            Pattern.compile("\"name\"\\s*:\\s*" + TEXT + "\\s*,\\s*\"status\"\\s*:\\s*\"DOWN\"");

    /** Whether this is what the health endpoint answers, rather than any other server. */
    boolean isHealth() {
        String overall = status == UP ? "UP" : "DOWN";
        return (status == UP || status == DOWN)
                && Pattern.compile("\"status\"\\s*:\\s*\"" + overall + "\"")
                        .matcher(body)
                        .find();
    }

    boolean isUp() {
        return status == UP && isHealth();
    }

    /** What is wrong, to follow a colon. */
    String reason(Probe probe) {
        List<String> reasons = new ArrayList<>();
        List<String> down = downChecks();
        if (down.stream().anyMatch(name -> name.startsWith("prefork-"))) {
            reasons.addAll(ours(probe));
        }
        String others =
                down.stream().filter(name -> !name.startsWith("prefork-")).collect(Collectors.joining(", "));
        if (!others.isEmpty()) {
            reasons.add("DOWN: " + others);
        }
        text("last-exit").ifPresent(exit -> reasons.add("last exit: " + exit));
        return reasons.isEmpty() ? "no reason given" : String.join("; ", reasons);
    }

    private List<String> ours(Probe probe) {
        String strength = number("workers-ready") + " of " + number("workers-desired") + " workers are ready";
        return switch (probe) {
            case LIVE -> List.of("the master's loop does not answer");
            case READY -> {
                Optional<String> stop = text("stop").filter(phase -> !phase.equals("none"));
                yield List.of(stop.map(phase -> "it is stopping (" + phase + "), " + strength)
                        .orElse(strength + ", at least " + number("min-ready") + " required"));
            }
            case STARTED -> List.of(text("been-ready").orElse("not all") + " workers have been ready");
            case WELL ->
                List.of(strength
                        + (found("\"backing-off\"\\s*:\\s*(true)").isPresent()
                                ? ", and the next start is delayed after consecutive failures"
                                : ""));
        };
    }

    private List<String> downChecks() {
        return DOWN_CHECK
                .matcher(body)
                .results()
                .map(found -> unescaped(found.group(1)))
                .toList();
    }

    private String number(String key) {
        return found("\"" + key + "\"\\s*:\\s*(\\d+)").orElse("?");
    }

    private Optional<String> text(String key) {
        return found("\"" + key + "\"\\s*:\\s*" + TEXT).map(HealthAnswer::unescaped);
    }

    private Optional<String> found(String regex) {
        Matcher matcher = Pattern.compile(regex).matcher(body);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** For people to read: what is rarer than quotation marks may stay escaped. */
    private static String unescaped(String json) {
        return json.replaceAll("\\\\([\"\\\\/])", "$1");
    }
}
