package dev.prefork.quarkus.worker;

import io.quarkus.runtime.configuration.DurationConverter;
import java.time.Duration;
import java.util.Map;

/** How long a worker may take to finish its requests. Pure. */
final class GracePeriod {
    private static final String VARIABLE = "PREFORK_SHUTDOWN_GRACE_PERIOD";
    private static final Duration DEFAULT = Duration.ofSeconds(20);
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
        return lastRequests(granted(environment));
    }

    private static Duration lastRequests(Duration granted) {
        Duration tenth = granted.dividedBy(10);
        return tenth.compareTo(LAST_REQUESTS) < 0 ? tenth : LAST_REQUESTS;
    }

    private static Duration granted(Map<String, String> environment) {
        String configured = environment.getOrDefault(VARIABLE, "");
        try {
            Duration parsed = DurationConverter.parseDuration(configured.strip());
            return parsed == null || parsed.isNegative() || parsed.isZero() ? DEFAULT : parsed;
        } catch (IllegalArgumentException e) {
            // The master has told the user about it; a worker only needs some figure.
            return DEFAULT;
        }
    }
}
