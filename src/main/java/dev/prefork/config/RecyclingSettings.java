package dev.prefork.config;

import java.time.Duration;
import java.util.Optional;

/**
 * When workers are replaced although they are well, read from {@link Settings}. Jitter that was not given is a tenth of its
 * limit. Immutable; any thread.
 */
public record RecyclingSettings(Settings settings) {
    private static final int TENTH = 10;

    /** For so long a worker serves. */
    public Optional<Duration> lifetime() {
        return settings.get(Options.MAX_LIFETIME);
    }

    /** So much longer or shorter, by chance; less than the lifetime. */
    public Duration lifetimeJitter() {
        return settings.get(Options.MAX_LIFETIME_JITTER)
                .orElse(lifetime().map(time -> time.dividedBy(TENTH)).orElse(Duration.ZERO));
    }

    /** Refuses values of which none could be followed together. */
    void refuse() {
        requireLimit(Options.MAX_LIFETIME_JITTER, Options.MAX_LIFETIME);
        if (lifetime().isPresent() && lifetimeJitter().compareTo(lifetime().get()) >= 0) {
            throw tooMuch(Options.MAX_LIFETIME_JITTER, Options.MAX_LIFETIME);
        }
    }

    private void requireLimit(Option<? extends Optional<?>> jitter, Option<? extends Optional<?>> limit) {
        if (settings.get(jitter).isPresent() && settings.get(limit).isEmpty()) {
            throw new UsageException(settings.assignment(jitter) + " has no effect without a limit; set " + limit.word()
                    + " too, or leave it out");
        }
    }

    private UsageException tooMuch(Option<?> jitter, Option<?> limit) {
        return new UsageException(settings.assignment(jitter) + " is not less than " + settings.assignment(limit)
                + ": a worker could be replaced as soon as it is ready; lower the former or raise the latter");
    }
}
