package dev.prefork.quarkus.worker;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BlockingPoolsTest {
    private final ThreadPoolExecutor pool =
            new ThreadPoolExecutor(2, 2, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    private final ThreadPoolExecutor other =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger passed = new AtomicInteger();
    private final BlockingPools pools = new BlockingPools();

    @BeforeEach
    void watchBoth() {
        pools.watch(List.of(pool, other));
    }

    @AfterEach
    void end() {
        release.countDown();
        pool.shutdown();
        other.shutdown();
    }

    private void occupy(Executor executor) {
        CountDownLatch occupied = new CountDownLatch(1);
        pools.began();
        executor.execute(() -> {
            occupied.countDown();
            LoopHeartbeatTest.awaitUninterruptibly(release);
        });
        LoopHeartbeatTest.awaitUninterruptibly(occupied);
    }

    private void pass() {
        pools.whenTheyGetOn(passed::incrementAndGet);
    }

    @Test
    void whileNoRequestIsUnderWayNoPoolIsAsked() {
        pass();
        assertThat(passed).hasValue(1);
        pools.began();
        pools.ended();
        pass();
        assertThat(passed).hasValue(2);
        assertThat(pool.getPoolSize() + other.getPoolSize()).isZero();
    }

    @Test
    void oneSlowRequestHoldsUpNothingWhileAThreadIsFree() {
        occupy(pool);
        pass();
        await().until(() -> passed.get() == 1);
    }

    @Test
    void aPoolWithoutAFreeThreadHoldsUpTheHeartbeatUntilOneIs() {
        occupy(pool);
        occupy(pool);
        pass();
        await().until(() -> other.getCompletedTaskCount() == 1);
        assertThat(passed).hasValue(0);
        assertThat(pool.getQueue()).hasSize(1);

        release.countDown();
        await().until(() -> passed.get() == 1);
    }

    @Test
    void aBusyPoolIsOneThatAnswersAndIsAskedOnce() {
        occupy(pool);
        occupy(pool);
        for (int round = 1; round <= 3; round++) {
            pass();
            pools.answered();
            assertThat(passed).hasValue(round);
        }
        assertThat(pool.getQueue())
                .as("one task of ours in the queue, however long that is")
                .hasSize(1);
        pools.answered();
        assertThat(passed).as("nothing waits").hasValue(3);
    }

    @Test
    void aPoolThatTakesNoMoreIsHeardOfByItsAnswers() {
        pools.began();
        pool.shutdown();
        pass();
        await().until(() -> other.getCompletedTaskCount() == 1);
        assertThat(passed).hasValue(0);
        pools.answered();
        assertThat(passed).hasValue(1);
    }
}
