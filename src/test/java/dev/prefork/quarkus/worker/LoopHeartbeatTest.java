package dev.prefork.quarkus.worker;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.netty.channel.DefaultEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(90)
class LoopHeartbeatTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final DefaultEventLoopGroup group = new DefaultEventLoopGroup(3);
    private final List<EventExecutor> loops = new ArrayList<>();
    private final AtomicInteger beats = new AtomicInteger();

    LoopHeartbeatTest() {
        group.forEach(loops::add);
    }

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void itBeatsAgainAndAgainOnTheLoopsThemselves() {
        LoopHeartbeat.start(loops, Runnable::run, PAUSE, () -> {
            if (loops.stream().anyMatch(EventExecutor::inEventLoop)) {
                beats.incrementAndGet();
            }
        });
        await().atMost(PATIENCE).until(() -> beats.get() >= 5);
    }

    @Test
    void anyOneBlockedLoopSilencesItForAsLongAsItIsBlocked() throws InterruptedException {
        LoopHeartbeat.start(loops, Runnable::run, PAUSE, beats::incrementAndGet);
        for (EventExecutor loop : loops) {
            CountDownLatch blocked = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            loop.execute(() -> {
                blocked.countDown();
                awaitUninterruptibly(release);
            });
            blocked.await();
            // A round that is past this loop may still end in a beat.
            int before = beats.get();
            await().during(Duration.ofMillis(300)).atMost(PATIENCE).until(() -> beats.get() <= before + 1);
            int silent = beats.get();
            release.countDown();
            await().atMost(PATIENCE).until(() -> beats.get() >= silent + 2);
        }
    }

    @Test
    void itEndsWithTheLoops() {
        LoopHeartbeat.start(loops, Runnable::run, PAUSE, beats::incrementAndGet);
        await().atMost(PATIENCE).until(() -> beats.get() > 0);
        stop();
        int last = beats.get();
        await().during(Duration.ofMillis(100)).until(() -> beats.get() == last);
    }

    @Test
    void withoutLoopsThereIsNoLife() {
        assertThatCode(() -> LoopHeartbeat.start(List.of(), Runnable::run, PAUSE, beats::incrementAndGet))
                .doesNotThrowAnyException();
        assertThat(beats).hasValue(0);
    }

    static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
