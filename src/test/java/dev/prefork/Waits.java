package dev.prefork;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * Waiting, with a deadline for what has to happen at some time. Awaitility's own of ten seconds is used up by one stall of a
 * shared machine, or by a Python that has to start within them.
 */
public final class Waits {
    private static final Duration AT_SOME_TIME = Duration.ofSeconds(60);

    private Waits() {}

    public static ConditionFactory await() {
        return Awaitility.await().atMost(AT_SOME_TIME);
    }

    public static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(AT_SOME_TIME);
    }
}
