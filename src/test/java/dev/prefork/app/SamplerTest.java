package dev.prefork.app;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private static final Duration SHORT = Duration.ofMillis(1);

    private final AtomicInteger looks = new AtomicInteger();

    @Test
    void looksAgainAfterAnException() {
        try (Sampler sampler = Sampler.named("a-sampler", "cannot look", () -> {
            if (looks.incrementAndGet() < 3) {
                throw new IllegalStateException("for once");
            }
        })) {
            sampler.begin(SHORT);
            await().until(() -> looks.get() > 3);
        }
    }

    @Test
    void looksAgainWhenItCouldOnlyNotStartAThread() {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {});
        try (Sampler sampler = Sampler.named("a-sampler", "cannot look", () -> {
            looks.incrementAndGet();
            throw new OutOfMemoryError("unable to create native thread: possibly out of memory");
        })) {
            sampler.begin(SHORT);
            await().dontCatchUncaughtExceptions().until(() -> looks.get() > 3);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void anErrorGoesToTheHandlerOfItsThreadAndIsTheLastLook() {
        List<String> handled = new CopyOnWriteArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> handled.add(thread.getName() + " " + error));
        try (Sampler sampler = Sampler.named("a-sampler", "cannot look", () -> {
            looks.incrementAndGet();
            throw new OutOfMemoryError("Java heap space");
        })) {
            sampler.begin(SHORT);
            // Awaitility has such a handler of its own otherwise.
            await().dontCatchUncaughtExceptions().until(() -> !handled.isEmpty());
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertThat(handled).containsExactly("a-sampler java.lang.OutOfMemoryError: Java heap space");
        assertThat(looks).hasValue(1);
    }
}
