package dev.prefork.config;

import dev.prefork.metrics.collect.MetricsUrl;
import dev.prefork.probe.ConnectionProbe;
import dev.prefork.supervise.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What makes a worker ready, as it is set. Immutable.
 *
 * @param text as one would write it
 * @param readiness the rule the supervisor follows
 * @param path what a worker has to answer a request for on the first listener, if that is what makes it ready
 * @param url where it has to answer one if it listens by itself
 */
public record ReadyMode(String text, Readiness readiness, Optional<String> path, Optional<MetricsUrl> url) {
    private static final Pattern WORD = Pattern.compile("[\\s;&|]+");

    /** An IllegalArgumentException says what is wrong and what would be right. */
    static ReadyMode parse(String text) {
        if (text.startsWith("delay=")) {
            Duration delay = DurationText.parse(text.substring("delay=".length()));
            return new ReadyMode("delay=" + DurationText.format(delay), Readiness.after(delay), Optional.empty());
        }
        if (text.startsWith("http=http:")) {
            return new ReadyMode(
                    text, Readiness.answering(), Optional.empty(), Optional.of(url(text.substring("http=".length()))));
        }
        if (text.startsWith("http=")) {
            String path = text.substring("http=".length());
            ConnectionProbe.refusal(path).ifPresent(why -> {
                throw new IllegalArgumentException(why);
            });
            return new ReadyMode(text, Readiness.answering(), Optional.of(path));
        }
        return switch (text) {
            case "notify" -> new ReadyMode(text, Readiness.notification(), Optional.empty());
            case "accept" -> new ReadyMode(text, Readiness.accepting(), Optional.empty());
            case "auto" -> new ReadyMode(text, Readiness.automatic(), Optional.empty());
            default ->
                throw new IllegalArgumentException(
                        "not a readiness mode; give notify, accept, auto, delay=D such as delay=5s, or"
                                + " http=PATH such as http=/healthz");
        };
    }

    ReadyMode(String text, Readiness readiness, Optional<String> path) {
        this(text, readiness, path, Optional.empty());
    }

    /** The same for workers that are handed no listener. */
    public ReadyMode withoutListeners() {
        return new ReadyMode(text, readiness.withoutListeners(), path, url);
    }

    private static MetricsUrl url(String text) {
        try {
            return MetricsUrl.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text.replaceAll("\\p{Cntrl}", "?")
                    + "' is not an address in this pod; give http://127.0.0.1:PORT/PATH, in which {slot} and {pid} are"
                    + " replaced by the worker's");
        }
    }

    /**
     * Whether a command, or what a shell runs for it, is gunicorn. Its arbiter sends READY=1 before the workers that it forks
     * have loaded the application, which is what fails if anything does.
     */
    static boolean isAnnouncedTooEarlyBy(List<String> command) {
        return WORD.splitAsStream(String.join(" ", command))
                .anyMatch(word -> word.substring(word.lastIndexOf('/') + 1).equals("gunicorn"));
    }

    @Override
    public String toString() {
        return text;
    }
}
