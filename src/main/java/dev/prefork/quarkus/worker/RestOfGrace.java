package dev.prefork.quarkus.worker;

import io.quarkus.runtime.RuntimeValue;
import io.quarkus.runtime.shutdown.ShutdownConfig;
import io.quarkus.runtime.shutdown.ShutdownRecorder;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * How long Quarkus itself may still wait in its shutdown, after we have waited: two waits of one length, one after the other,
 * would end after the master's patience. Zero means not to wait at all. Immutable.
 */
record RestOfGrace(Optional<Duration> timeout, Optional<Duration> delay) implements ShutdownConfig {
    private static final String PREFIX = "quarkus.shutdown.";

    /** What the user configured, but no more than {@code left} in all. */
    static RestOfGrace of(Config config, Duration left) {
        Duration delay = atMost(left, configured(config, "delay"));
        return new RestOfGrace(
                Optional.of(atMost(left.minus(delay), configured(config, "timeout"))), Optional.of(delay));
    }

    /** Holds from the next phase of the shutdown on: each reads it anew. */
    static void leaveToQuarkus(Duration left) {
        new ShutdownRecorder(new RuntimeValue<>(of(ConfigProvider.getConfig(), left)));
    }

    static Duration configured(Config config, String name) {
        return config.getOptionalValue(PREFIX + name, Duration.class).orElse(Duration.ZERO);
    }

    private static Duration atMost(Duration left, Duration wanted) {
        Duration least = GracePeriod.shorter(wanted, left);
        return least.isNegative() ? Duration.ZERO : least;
    }
}
