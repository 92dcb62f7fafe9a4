package dev.prefork.config;

import dev.prefork.container.WorkerKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

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

    /** So many requests a worker answers. */
    public OptionalInt requests() {
        return settings.get(Options.MAX_REQUESTS);
    }

    /** So many more or fewer, by chance; less than these. */
    public int requestsJitter() {
        return settings.get(Options.MAX_REQUESTS_JITTER).orElse(requests().orElse(0) / TENTH);
    }

    /** So much memory a worker holds. */
    public Optional<MemoryAmount> memory() {
        return settings.get(Options.MAX_MEMORY);
    }

    /** Its limit is lower by up to so much, by chance; less than that, and a part like it or an amount like it. */
    public MemoryAmount memoryJitter() {
        return settings.get(Options.MAX_MEMORY_JITTER).orElse(MemoryAmount.NONE);
    }

    /** What workers are told of it, also by a 0 that it is off where they would inherit something else. */
    Map<String, String> variables() {
        return settings.isGiven(Options.MAX_REQUESTS)
                ? Map.of(
                        Options.MAX_REQUESTS.variable(),
                                Integer.toString(requests().orElse(0)),
                        Options.MAX_REQUESTS_JITTER.variable(), Integer.toString(requestsJitter()))
                : Map.of();
    }

    /** A line about what only the command itself can do. */
    Optional<String> warning() {
        return requests().isPresent() && settings.workerKind() == WorkerKind.COMMAND
                ? Optional.of(settings.assignment(Options.MAX_REQUESTS)
                        + ": Prefork cannot count the requests of this command, so no worker is replaced for them unless it"
                        + " asks by PREFORK_RECYCLE=1 on NOTIFY_SOCKET; it finds the number in "
                        + Options.MAX_REQUESTS.variable() + ", and docs/MIGRATION.md has an example")
                : Optional.empty();
    }

    /** Refuses values of which none could be followed together. */
    void refuse() {
        requireLimit(Options.MAX_LIFETIME_JITTER, Options.MAX_LIFETIME);
        requireLimit(Options.MAX_REQUESTS_JITTER, Options.MAX_REQUESTS);
        requireLimit(Options.MAX_MEMORY_JITTER, Options.MAX_MEMORY);
        settings.get(Options.MAX_MEMORY_JITTER).ifPresent(jitter -> refuseJitter(jitter, memory().orElseThrow()));
        if (requests().isPresent() && requestsJitter() >= requests().getAsInt()) {
            throw tooMuch(Options.MAX_REQUESTS_JITTER, Options.MAX_REQUESTS);
        }
        if (lifetime().isPresent() && lifetimeJitter().compareTo(lifetime().get()) >= 0) {
            throw tooMuch(Options.MAX_LIFETIME_JITTER, Options.MAX_LIFETIME);
        }
    }

    private void refuseJitter(MemoryAmount jitter, MemoryAmount limit) {
        if (jitter.part() != limit.part()) {
            throw new UsageException(settings.assignment(Options.MAX_MEMORY_JITTER) + " and "
                    + settings.assignment(Options.MAX_MEMORY)
                    + " cannot be compared: one is a part of the memory limit; give both as parts, or both as amounts");
        }
        if (jitter.number().compareTo(limit.number()) >= 0) {
            throw tooMuch(Options.MAX_MEMORY_JITTER, Options.MAX_MEMORY);
        }
    }

    private <T, U> void requireLimit(Option<T> jitter, Option<U> limit) {
        boolean given = !settings.get(jitter).equals(jitter.defaultValue(List.of()));
        if (given && settings.get(limit).equals(limit.defaultValue(List.of()))) {
            throw new UsageException(settings.assignment(jitter) + " has no effect without a limit; set " + limit.word()
                    + " too, or leave it out");
        }
    }

    private UsageException tooMuch(Option<?> jitter, Option<?> limit) {
        return new UsageException(settings.assignment(jitter) + " is not less than " + settings.assignment(limit)
                + ": a worker could be replaced as soon as it is ready; lower the former or raise the latter");
    }
}
