package dev.prefork.config;

import dev.prefork.probe.HttpProbe;
import dev.prefork.supervise.Readiness;
import java.time.Duration;
import java.util.Optional;

/**
 * What makes a worker ready, as it is set. Immutable.
 *
 * @param text as one would write it
 * @param readiness the rule the supervisor follows
 * @param path what a worker has to answer a request for, if that is what makes it ready
 */
public record ReadyMode(String text, Readiness readiness, Optional<String> path) {
    /** An IllegalArgumentException says what is wrong and what would be right. */
    static ReadyMode parse(String text) {
        if (text.startsWith("delay=")) {
            Duration delay = DurationText.parse(text.substring("delay=".length()));
            return new ReadyMode("delay=" + DurationText.format(delay), Readiness.after(delay), Optional.empty());
        }
        if (text.startsWith("http=")) {
            String path = text.substring("http=".length());
            HttpProbe.refusal(path).ifPresent(why -> {
                throw new IllegalArgumentException(why);
            });
            return new ReadyMode(text, Readiness.probe(), Optional.of(path));
        }
        return switch (text) {
            case "notify" -> new ReadyMode(text, Readiness.notification(), Optional.empty());
            case "auto" -> new ReadyMode(text, Readiness.automatic(), Optional.empty());
            default ->
                throw new IllegalArgumentException(
                        "not a readiness mode; give notify, auto, delay=D such as delay=5s, or"
                                + " http=PATH such as http=/healthz");
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
