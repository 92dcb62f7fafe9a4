package dev.prefork.app;

import dev.prefork.container.Readings;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Looks every few seconds at what nothing tells of: limits that are changed in place, and kills that only the kernel
 * counts. A cgroup's limits can be written without any notice; see the kernel's document cgroup-v2, which has events for
 * use only.
 *
 * <p>Threading: one daemon thread of its own, on which both callbacks come.
 */
final class LimitsWatch implements AutoCloseable {
    private final Sampler sampler;
    private final Supplier<Readings> reading;
    private final Consumer<Readings> changed;
    private final Runnable eachTime;
    private Readings last;
    private Readings seen;

    /**
     * Begins to look.
     *
     * @param first what is known; {@code changed} is told of what is different, once it was seen twice
     * @param eachTime is run at each look
     */
    LimitsWatch(
            Duration period,
            Readings first,
            Supplier<Readings> reading,
            Consumer<Readings> changed,
            Runnable eachTime) {
        this.last = first;
        this.seen = first;
        this.reading = reading;
        this.changed = changed;
        this.eachTime = eachTime;
        sampler = Sampler.named("prefork-limits", "cannot read the container's limits", this::look)
                .begin(period);
    }

    private void look() {
        eachTime.run();
        Readings now = reading.get();
        boolean twice = now.equals(seen);
        seen = now;
        // A file that could not be read for once looks like a limit that was lifted.
        if (twice && !now.equals(last)) {
            changed.accept(now);
            last = now;
        }
    }

    @Override
    public void close() {
        sampler.close();
    }
}
