package dev.prefork.quarkus.worker;

import dev.prefork.config.DurationText;
import dev.prefork.config.Option;
import dev.prefork.config.Options;
import java.time.Duration;
import java.util.Map;

/** How long a worker may take to finish its requests. Pure. */
final class GracePeriod {
    private static final Duration LAST_REQUESTS = Duration.ofMillis(500);

    private GracePeriod() {}

    /**
     * Nine tenths of what the master grants from SIGTERM to SIGKILL: the rest is for the way out, so that a worker whose
     * requests take too long still ends by itself and says so.
     */
    static Duration of(Map<String, String> environment) {
        return granted(environment).multipliedBy(9).dividedBy(10);
    }

    /** How long a connection must have been silent before no request is expected on it any more. */
    static Duration lastRequests(Map<String, String> environment) {
        return shorter(granted(environment).dividedBy(10), LAST_REQUESTS);
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration granted(Map<String, String> environment) {
        String configured = environment.getOrDefault(Option.variable(Options.GRACE_PERIOD), "");
        try {
            Duration parsed = DurationText.parse(configured.strip());
            if (!parsed.isZero()) {
                return parsed;
            }
        } catch (IllegalArgumentException e) {
            // The master has told the user about it; a worker only needs some figure.
        }
        return DurationText.parse(Options.GRACE_PERIOD_DEFAULT);
    }
}
