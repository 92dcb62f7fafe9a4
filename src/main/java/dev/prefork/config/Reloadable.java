package dev.prefork.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a running master can take over of settings that were read anew, and what it cannot. Immutable.
 *
 * @param started what it was started with
 * @param anew what stands there now
 */
public record Reloadable(Settings started, Settings anew) {
    /** Workers are told of these when they start, or the supervisor follows them from now on. */
    static final Set<Option<?>> TAKEN_OVER = Set.of(
            Options.WORKERS,
            Options.ENV,
            Options.ENV_FILE,
            Options.WORKER_JAVA_OPTIONS,
            Options.WARMUP,
            Options.WARMUP_REQUESTS,
            Options.MAX_REQUESTS,
            Options.MAX_REQUESTS_JITTER,
            Options.MAX_LIFETIME,
            Options.MAX_LIFETIME_JITTER,
            Options.MAX_SURGE,
            Options.MAX_UNAVAILABLE,
            Options.SOAK,
            Options.MIN_READY,
            Options.START_TIMEOUT,
            Options.RECOVER_THRESHOLD,
            Options.RECOVER_WINDOW,
            Options.RECOVER_INTERVAL,
            Options.RECOVER_INTERVAL_MAX,
            Options.DRAIN_DELAY,
            Options.SHUTDOWN_GRACE_PERIOD,
            Options.STOP_SIGNAL,
            Options.LOG_FORMAT,
            Options.LOG_TAG,
            Options.LOG_FULL,
            Options.ADMIN_TOKEN,
            Options.ADMIN_TOKEN_FILE);

    /**
     * Makes sure that the listeners are to stay as they are: a bound socket is not moved, and workers of two kinds of them at once
     * would not serve the same.
     *
     * @throws UsageException if they are not
     */
    public void requireSameListeners() {
        firstChanged(Option.Group.LISTENERS).ifPresent(option -> {
            throw new UsageException(
                    anew.assignment(option) + " was " + started.text(option)
                            + " at the start, and listeners cannot change while the pod runs; change it back, or replace the pod");
        });
    }

    /**
     * What is in force from now on: of what has changed all that can be taken over.
     *
     * @throws UsageException if that makes no sense beside what cannot
     */
    public Settings inForce() {
        return started.with(TAKEN_OVER, anew);
    }

    /** What else has changed without effect, in lines for the log. */
    public List<String> unheeded() {
        return Options.all().stream()
                .filter(option -> !TAKEN_OVER.contains(option) && hasChanged(option))
                .map(option -> anew.assignment(option) + " was " + shown(option)
                        + " at the start: it takes effect when the pod is replaced")
                .toList();
    }

    private String shown(Option<?> option) {
        String text = started.text(option);
        return text.isEmpty() ? "not given" : text;
    }

    private Optional<Option<?>> firstChanged(Option.Group group) {
        return Options.all().stream()
                .filter(option -> option.group() == group && hasChanged(option))
                .findFirst();
    }

    private boolean hasChanged(Option<?> option) {
        return !started.text(option).equals(anew.text(option));
    }
}
