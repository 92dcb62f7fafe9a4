package dev.prefork.app;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.container.Readings;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LimitsWatchTest {
    private static final Duration SHORT = Duration.ofMillis(5);

    private final AtomicReference<Readings> kernel = new AtomicReference<>(cores(1));
    private final List<Readings> told = new CopyOnWriteArrayList<>();
    private final AtomicInteger looks = new AtomicInteger();

    private static Readings cores(int cores) {
        return new Readings(
                OptionalDouble.of(cores),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    private void awaitLooks(int more) {
        int wanted = looks.get() + more;
        await().until(() -> looks.get() >= wanted);
    }

    @Test
    void eachChangeIsToldOnce() {
        try (LimitsWatch watch = new LimitsWatch(SHORT, cores(1), kernel::get, told::add, looks::incrementAndGet)) {
            awaitLooks(4);
            assertThat(told).isEmpty();
            kernel.set(cores(2));
            awaitLooks(4);
            kernel.set(cores(1));
            awaitLooks(4);

            assertThat(told).containsExactly(cores(2), cores(1));
        }
    }

    @Test
    void whatIsSeenOnceOnlyIsNotTold() {
        AtomicInteger reads = new AtomicInteger();
        try (LimitsWatch watch = new LimitsWatch(
                SHORT,
                cores(1),
                () -> reads.incrementAndGet() == 3 ? cores(64) : cores(1),
                told::add,
                looks::incrementAndGet)) {
            await().until(() -> reads.get() > 6);

            assertThat(told).isEmpty();
        }
    }

    @Test
    void aFailureIsNotTheEnd() {
        try (LimitsWatch watch = new LimitsWatch(
                SHORT,
                cores(1),
                () -> {
                    if (looks.get() < 3) {
                        throw new IllegalStateException("for once");
                    }
                    return cores(4);
                },
                told::add,
                looks::incrementAndGet)) {
            await().until(() -> !told.isEmpty());

            assertThat(told).containsExactly(cores(4));
        }
    }

    @Test
    void afterCloseNobodyLooks() {
        LimitsWatch watch = new LimitsWatch(SHORT, cores(1), kernel::get, told::add, looks::incrementAndGet);
        awaitLooks(1);
        watch.close();

        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("prefork-limits")));
    }
}
