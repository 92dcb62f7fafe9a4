package dev.prefork.quarkus.master;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.MemorySize;
import java.time.Duration;
import org.eclipse.microprofile.config.Config;

/**
 * What the management port takes of its clients. Immutable.
 *
 * @param connections at a time; a further one takes the place of another
 * @param lineBytes of a request line
 * @param headBytes of a request line and all headers together
 * @param bodyBytes of a body; only actions have one
 */
record PortLimits(int connections, int lineBytes, int headBytes, long bodyBytes, Timeouts timeouts) {
    private static final String LIMITS = "quarkus.management.limits.";

    /** Longer than a loaded node needs, shorter than the time that an operator would wait. */
    private static final Timeouts TIMEOUTS = new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(30));

    /**
     * For how long a client is waited for.
     *
     * @param request for all of it to arrive, from its first byte or from the connection's beginning on
     * @param answer for it to be read, once it is written
     */
    record Timeouts(Duration request, Duration answer) {}

    static PortLimits of(Config config) {
        int connections = config.getValue(LIMITS + "max-connections", Integer.class);
        if (connections < 1) {
            throw new ConfigurationException(LIMITS + "max-connections=" + connections
                    + ": no probe could be answered; give a number from 1, or leave it out for 128");
        }
        return new PortLimits(
                connections,
                config.getOptionalValue(LIMITS + "max-initial-line-length", Integer.class)
                        .orElse(4096),
                (int) Math.min(bytes(config, "max-header-size"), Integer.MAX_VALUE),
                bytes(config, "max-body-size"),
                TIMEOUTS);
    }

    private static long bytes(Config config, String name) {
        return config.getValue(LIMITS + name, MemorySize.class).asLongValue();
    }
}
