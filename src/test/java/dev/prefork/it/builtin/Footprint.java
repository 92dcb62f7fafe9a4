package dev.prefork.it.builtin;

import static org.awaitility.Awaitility.await;

import dev.prefork.it.Proc;
import dev.prefork.it.RunningProcess;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/**
 * What a master takes of its machine. Immutable.
 *
 * @param resident bytes
 * @param descriptors that are open
 * @param threads but for those that a JVM has more or fewer of as it likes
 * @param children workers, and all else that it has started but for its guardian
 */
record Footprint(long resident, int descriptors, int threads, int children) {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final int LOOKS = 20;

    /** What compiles code and collects garbage has threads as there is work. */
    private static final Pattern OF_THE_JVM = Pattern.compile("C[12] CompilerThre|G1 .*|GC Thread.*");

    /**
     * The least of each in a number of looks, beginning when there are so many children: a scrape has a connection while it
     * lasts.
     */
    static Footprint of(RunningProcess master, int children) {
        awaitChildren(master, children);
        AtomicReference<Footprint> least = new AtomicReference<>(now(master));
        AtomicInteger looks = new AtomicInteger();
        await("looks at a master").atMost(PATIENCE).pollInterval(BETWEEN_LOOKS).until(() -> {
            least.set(least.get().least(now(master)));
            return looks.incrementAndGet() == LOOKS;
        });
        return least.get();
    }

    /** Waits until replaced workers have gone. */
    static void awaitChildren(RunningProcess master, int children) {
        await("the end of replaced workers")
                .atMost(PATIENCE)
                .until(() -> master.children().size() == children);
    }

    private static Footprint now(RunningProcess master) {
        long pid = master.pid();
        return new Footprint(
                Proc.residentBytes(pid),
                Proc.fds(pid).size(),
                (int) Proc.threads(pid).stream()
                        .filter(name -> !OF_THE_JVM.matcher(name).matches())
                        .count(),
                master.children().size());
    }

    private Footprint least(Footprint other) {
        return new Footprint(
                Math.min(resident, other.resident),
                Math.min(descriptors, other.descriptors),
                Math.min(threads, other.threads),
                Math.min(children, other.children));
    }

    /** In mebibytes, as test output shows it. */
    @Override
    public String toString() {
        return "%d MiB, %d descriptors, %d threads, %d children"
                .formatted(resident >> 20, descriptors, threads, children);
    }
}
