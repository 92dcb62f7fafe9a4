package dev.prefork.master;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.prefork.LeakCheck;
import dev.prefork.it.Proc;
import dev.prefork.os.Endpoint;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.supervise.Outcome;
import dev.prefork.supervise.Report;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Errors in a master's own threads: whatever thread it is, the workers are stopped in order, and the error is the reason. */
@Timeout(120)
class MasterErrorsTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final LeakCheck leaks = new LeakCheck();
    private final MasterBench.Setup setup = new MasterBench.Setup();
    private final AtomicBoolean armed = new AtomicBoolean();

    @AfterEach
    void nothingIsLeft() {
        leaks.assertNothingLeft();
    }

    private MasterBench started() {
        MasterBench bench = setup.start();
        await().until(() -> bench.master.snapshot().ready() == 2);
        return bench;
    }

    private void failOnce() {
        if (armed.compareAndSet(true, false)) {
            throw new StackOverflowError("once");
        }
    }

    private static void assertStoppedInOrder(MasterBench bench, int workers, Class<? extends Throwable> error) {
        assertThatThrownBy(bench.outcome::get).hasRootCauseInstanceOf(error);
        assertThat(bench.master.answers(HOUR)).isFalse();
        assertThat(bench.log.stream().filter(line -> line.matches(".* stopped after .* \\(SIGTERM\\)")))
                .as(() -> String.join("\n", bench.log))
                .hasSize(workers);
    }

    @Test
    void inTheThreadThatReadsNotifications() throws Exception {
        setup.posix = PosixWith.call("receiveDatagram", (arguments, real) -> {
            failOnce();
            return real.call();
        });
        try (MasterBench bench = started()) {
            armed.set(true);
            String address = await().until(
                            () -> Proc.environment(bench.pid(0)).getOrDefault("NOTIFY_SOCKET", ""),
                            name -> !name.isEmpty());
            int sender = bench.posix.datagramSocket();
            bench.posix.sendDatagram(sender, "READY=1".getBytes(StandardCharsets.US_ASCII), new Endpoint.Unix(address));
            bench.posix.close(sender);

            assertStoppedInOrder(bench, 2, StackOverflowError.class);
            assertThat(bench.master.errors().first().orElseThrow().thread()).isEqualTo("prefork-notify");
        }
    }

    @Test
    void inTheReaperWhichRunsInTheLoop() throws Exception {
        setup.posix = PosixWith.call("hasEnded", (arguments, real) -> {
            failOnce();
            return real.call();
        });
        try (MasterBench bench = started()) {
            armed.set(true);
            bench.posix.kill(bench.pid(0), Signal.KILL);

            assertStoppedInOrder(bench, 1, StackOverflowError.class);
        }
    }

    @Test
    void inTheLauncher() throws Exception {
        CompletableFuture<MasterBench> itself = new CompletableFuture<>();
        setup.launcher = (slot, version) -> {
            failOnce();
            return itself.get().process.launch(slot, version);
        };
        try (MasterBench bench = setup.start()) {
            itself.complete(bench);
            await().until(() -> bench.master.snapshot().ready() == 2);
            armed.set(true);
            bench.posix.kill(bench.pid(0), Signal.KILL);

            assertStoppedInOrder(bench, 1, StackOverflowError.class);
        }
    }

    @Test
    void inAListener() throws Exception {
        setup.listeners.add(report -> {
            if (report instanceof Report.FirstGenerationReady) {
                throw new NoClassDefFoundError("once");
            }
        });
        try (MasterBench bench = setup.start()) {
            assertStoppedInOrder(bench, 2, NoClassDefFoundError.class);
        }
    }

    @Test
    void inAnyOtherThreadWhichIsNamedInTheLogOfAnEntrypoint() throws Exception {
        setup.mode = MasterMode.ENTRYPOINT;
        setup.drainDelay = HOUR;
        try (MasterBench bench = started()) {
            assertThat(bench.master.answers(HOUR)).isTrue();
            bench.master.errors().report(new Thread("some-sampler"), new OutOfMemoryError("Java heap space"));
            assertThat(bench.master.answers(HOUR)).as("at once").isFalse();
            bench.master.errors().report(new Thread("another"), new AssertionError("a consequence"));

            assertStoppedInOrder(bench, 2, OutOfMemoryError.class);
            assertThat(bench.log.stream().filter(line -> line.startsWith("ERROR")))
                    .containsExactly(
                            "ERROR internal error: thread some-sampler failed: java.lang.OutOfMemoryError: Java"
                                    + " heap space; give the master a larger heap (-Xmx) or raise the memory limit");
            assertThat(bench.log).contains("INFO stopping 2 workers: an internal error");
        }
    }

    @Test
    void memoryThatIsShortForAWhileDoesNotKeepTheStopFromBeingInOrder() throws Exception {
        AtomicInteger shortages = new AtomicInteger(6);
        setup.posix = PosixWith.call("hasEnded", (arguments, real) -> {
            if (armed.get() && shortages.getAndDecrement() > 0) {
                throw new OutOfMemoryError("Java heap space");
            }
            return real.call();
        });
        try (MasterBench bench = started()) {
            armed.set(true);
            bench.posix.kill(bench.pid(0), Signal.KILL);

            assertStoppedInOrder(bench, 1, OutOfMemoryError.class);
        }
    }

    @Test
    void aThreadThatCannotBeStartedIsNoReasonToStop() throws Exception {
        try (MasterBench bench = started()) {
            bench.master
                    .errors()
                    .report(
                            Thread.currentThread(),
                            new OutOfMemoryError("unable to create native thread: possibly out of memory or"
                                    + " process/resource limits reached"));
            assertThat(bench.master.answers(HOUR)).isTrue();
            bench.master.stop("enough");

            assertThat(bench.outcome.get()).isEqualTo(Outcome.STOPPED);
        }
    }

    @Test
    void aStopNeedsLessMemoryThanIsKeptForIt() throws Exception {
        StopWarmup.perform(Posix.system());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        AtomicLong before = new AtomicLong();
        AtomicLong after = new AtomicLong();
        setup.workers = 8;
        setup.listeners.add(report -> {
            if (report instanceof Report.StopBegan) {
                before.set(threads.getCurrentThreadAllocatedBytes());
            } else if (report instanceof Report.WorkerExited) {
                after.set(threads.getCurrentThreadAllocatedBytes());
            }
        });
        try (MasterBench bench = setup.start()) {
            await().until(() -> bench.master.snapshot().ready() == 8);
            bench.master.errors().report(Thread.currentThread(), new OutOfMemoryError("Java heap space"));

            assertStoppedInOrder(bench, 8, OutOfMemoryError.class);
        }
        System.out.println("a stop of 8 workers allocates " + (after.get() - before.get()) + " bytes");
        assertThat(after.get() - before.get()).isPositive().isLessThan(InternalErrors.RESERVE / 2);
    }
}
