package dev.prefork.master;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.LeakCheck;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.supervise.Event;
import dev.prefork.supervise.Exit;
import dev.prefork.supervise.Outcome;
import dev.prefork.supervise.Policy;
import dev.prefork.supervise.Readiness;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.StopPhase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loop as the entrypoint of a pod, with real processes and real signals to this very process. */
class MasterPodTest {
    private final LeakCheck leaks = new LeakCheck();
    private final MasterBench.Setup setup = new MasterBench.Setup();

    @AfterEach
    void nothingIsLeft() {
        leaks.assertNothingLeft();
    }

    private static void awaitReady(MasterBench bench, int workers) {
        await().until(() -> bench.master.snapshot().ready() == workers);
    }

    /** Accept queues that become shorter by one at each look. */
    private static final class Queue implements AcceptQueues {
        final AtomicInteger left = new AtomicInteger(3);
        volatile boolean refused;

        @Override
        public List<String> stopAccepting() {
            refused = true;
            return List.of("something stands in the way");
        }

        @Override
        public int waiting() {
            return left.getAndDecrement();
        }

        @Override
        public int queued() {
            return 0;
        }
    }

    @Test
    void aStopRefusesNewcomersAndWaitsForTheQueueBeforeItTouchesAWorker() throws Exception {
        Queue queue = new Queue();
        setup.acceptQueues = queue;
        try (MasterBench bench = setup.start()) {
            awaitReady(bench, 2);
            bench.master.stop("enough");

            assertThat(bench.outcome.get()).isEqualTo(Outcome.STOPPED);
            assertThat(queue.refused).isTrue();
            assertThat(bench.log).contains("WARN something stands in the way");
            List<Report> told = bench.reports;
            int emptied = told.indexOf(bench.reports(Report.QueueEmptied.class).get(0));
            int stopping =
                    told.indexOf(bench.reports(Report.WorkerStopping.class).get(0));
            assertThat(emptied).isLessThan(stopping);
        }
    }

    /** Looks that take long, at a queue that never empties: half-open handshakes, for instance. */
    private static final class SlowQueue implements AcceptQueues {
        final AtomicInteger looks = new AtomicInteger();

        @Override
        public List<String> stopAccepting() {
            throw new IllegalStateException("not here");
        }

        @Override
        public int waiting() {
            looks.incrementAndGet();
            java.util.concurrent.locks.LockSupport.parkNanos(
                    Duration.ofMillis(10).toNanos());
            return 1;
        }

        @Override
        public int queued() {
            return 0;
        }
    }

    @Test
    void theLoopListensWhileAQueueIsSlowToEmpty() throws Exception {
        SlowQueue queue = new SlowQueue();
        setup.acceptQueues = queue;
        setup.grace = Duration.ofMinutes(10);
        try (MasterBench bench = setup.start()) {
            awaitReady(bench, 2);
            bench.master.stop("one");
            await().until(() -> queue.looks.get() > 3);
            assertThat(bench.master.answers(Duration.ofSeconds(5))).isTrue();
            await().pollInterval(Duration.ofMillis(300)).until(() -> {
                bench.master.stop("two");
                return bench.outcome.isDone();
            });

            assertThat(bench.outcome.get()).isEqualTo(Outcome.STOPPED);
            assertThat(bench.log).anyMatch(line -> line.startsWith("WARN new connections cannot be refused"));
        }
    }

    @Test
    void aDelayedStopServesOnAndSaysSo() throws Exception {
        setup.drainDelay = Duration.ofMinutes(10);
        try (MasterBench bench = setup.start()) {
            awaitReady(bench, 2);
            sun.misc.Signal.raise(new sun.misc.Signal("TERM"));
            await().until(() -> bench.log.contains("INFO draining: unready, but keeps serving for 600.00 s"));
            assertThat(bench.master.snapshot().stop()).isEqualTo(StopPhase.UNREADY);
            assertThat(bench.master.snapshot().ready()).isEqualTo(2);

            long drains = System.nanoTime();
            await().until(() ->
                    System.nanoTime() - drains > Duration.ofSeconds(1).toNanos());
            sun.misc.Signal.raise(new sun.misc.Signal("INT"));
            assertThat(bench.outcome.get()).isEqualTo(Outcome.STOPPED);
            assertThat(bench.reports(Report.WorkerExited.class))
                    .allMatch(exited -> exited.exit().cause() == Exit.Cause.KILLED);
        }
    }

    @Test
    void ttinAndTtouChangeTheNumberOfWorkers() throws Exception {
        setup.mode = MasterMode.ENTRYPOINT;
        setup.workers = 1;
        try (MasterBench bench = setup.start()) {
            awaitReady(bench, 1);
            sun.misc.Signal.raise(new sun.misc.Signal("TTIN"));
            awaitReady(bench, 2);
            sun.misc.Signal.raise(new sun.misc.Signal("TTOU"));
            await().until(() -> bench.master.snapshot().workers().size() == 1);
            sun.misc.Signal.raise(new sun.misc.Signal("TTOU"));

            await().until(() -> bench.log.contains("WARN SIGTTOU: 1 is the minimum number of workers"));
            assertThat(bench.log)
                    .contains("INFO scaling from 1 to 2 workers: SIGTTIN")
                    .contains("INFO scaling from 2 to 1 worker: SIGTTOU");
            assertThat(bench.master.snapshot().recovery().exits()).isZero();
        }
    }

    @Test
    void othersMayAskForANumberToo() throws Exception {
        try (MasterBench bench = setup.start()) {
            awaitReady(bench, 2);
            bench.master.commands().scaleTo(3, "the limits have changed");

            awaitReady(bench, 3);
        }
    }

    @Test
    void aWorkerThatDoesNothingWhileOthersWaitIsAskedForItsThreadsAndReplaced(@TempDir Path directory)
            throws Exception {
        Path asked = directory.resolve("asked");
        setup.program = MasterBench.script(
                "trap 'echo asked > " + asked + "' QUIT; trap 'exit 0' TERM; while :; do sleep 0.1; done");
        setup.workers = 1;
        setup.readiness = Readiness.after(Duration.ofMillis(300));
        setup.watchdog = Optional.of(new Policy.Watchdog(Duration.ofSeconds(3), true, OptionalInt.empty()));
        try (MasterBench bench = setup.start()) {
            awaitReady(bench, 1);
            int first = bench.pid(0);
            for (int seconds : List.of(0, 3, 4)) {
                long nanos = Duration.ofSeconds(seconds).toNanos();
                bench.master.stallsMeasured(new Event.StallsMeasured(
                        List.of(new Event.Stall("http", OptionalInt.empty(), 1, nanos)), Map.of(first, 0L)));
            }
            await().until(() -> bench.pid(0) != first && bench.pid(0) != 0);

            await().until(() -> Files.exists(asked));
            assertThat(bench.reports(Report.WorkerExited.class).get(0).exit().cause())
                    .isEqualTo(Exit.Cause.WATCHDOG);
            assertThat(bench.log)
                    .anyMatch(line -> line.matches("ERROR worker 0 \\(pid " + first
                            + "\\) has accepted nothing and used no CPU for 4\\.00 s while"
                            + " 1 connection waits on http, watchdog timeout.*"));
            assertThat(Files.readString(asked)).isEqualTo("asked\n");
        }
    }

    @Test
    void aKillThatTheKernelHasCountedIsItsOwn() throws Exception {
        AtomicLong kills = new AtomicLong();
        setup.oomKills = () -> OptionalLong.of(kills.get());
        try (MasterBench bench = setup.start()) {
            awaitReady(bench, 2);
            int victim = bench.pid(0);
            kills.incrementAndGet();
            bench.posix.kill(victim, Signal.KILL);
            await().until(() -> bench.reports(Report.WorkerExited.class).size() == 1);
            int other = bench.pid(1);
            bench.posix.kill(other, Signal.KILL);
            await().until(() -> bench.reports(Report.WorkerExited.class).size() == 2);

            assertThat(bench.reports(Report.WorkerExited.class))
                    .extracting(exited -> exited.exit().cause())
                    .containsExactly(Exit.Cause.OOM, Exit.Cause.SIGNAL);
            assertThat(bench.log)
                    .anyMatch(line -> line.startsWith("ERROR worker 0 (pid " + victim + ") was OOM-killed"));
        }
    }

    @Test
    void aKillOfOursDoesNotSpendWhatTheKernelHasCounted() throws Exception {
        AtomicLong kills = new AtomicLong();
        setup.oomKills = () -> OptionalLong.of(kills.get());
        setup.workers = 1;
        setup.program = MasterBench.script("trap '' TERM; while :; do sleep 1; done");
        setup.readiness = Readiness.notification();
        setup.startTimeout = Duration.ofSeconds(1);
        setup.listeners.add(report -> {
            if (report instanceof Report.WorkerStopping && kills.get() == 0) {
                kills.incrementAndGet();
            }
            if (report instanceof Report.WorkerStarted started
                    && started.replaces().isPresent()) {
                Posix.system().kill(started.pid(), Signal.KILL);
            }
        });
        try (MasterBench bench = setup.start()) {
            await().until(() -> bench.reports(Report.WorkerExited.class).size() >= 2);

            assertThat(bench.reports(Report.WorkerExited.class))
                    .extracting(exited -> exited.exit().cause())
                    .startsWith(Exit.Cause.START_TIMEOUT, Exit.Cause.OOM);
        }
    }

    @Test
    void aLoopThatIsStuckIsNoticedAndOneThatWorksIsNot() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        setup.listeners.add(report -> {
            if (report instanceof Report.Scaled) {
                stuck.await();
            }
        });
        Duration limit = Duration.ofMillis(200);
        try (MasterBench bench = setup.start()) {
            awaitReady(bench, 2);
            assertThat(bench.master.answers(limit)).isTrue();
            bench.master.commands().scaleTo(3, "block it");
            await().until(() -> !bench.master.answers(limit));
            assertThat(bench.master.snapshot().ready())
                    .as("answered from the last snapshot")
                    .isEqualTo(2);

            stuck.countDown();
            await().until(() -> bench.master.answers(limit));
        }
    }

    @Test
    void workersAreToldTheirWatchdogAndTheirPid(@TempDir Path directory) throws Exception {
        Path told = directory.resolve("told");
        setup.workers = 1;
        setup.program = MasterBench.script("echo $WATCHDOG_USEC $WATCHDOG_PID $LISTEN_PID $$ > " + told + ".tmp; mv "
                + told + ".tmp " + told + "; exec sleep 60");
        setup.watchdog = Optional.of(new Policy.Watchdog(Duration.ofSeconds(90), false, OptionalInt.empty()));
        try (MasterBench bench = setup.start()) {
            await().until(() -> Files.exists(told));
            String pid = Integer.toString(bench.pid(0));

            assertThat(Files.readString(told).strip().split(" ")).containsExactly("90000000", pid, pid, pid);
            assertThat(bench.posix.sessionOf(bench.pid(0))).as("past the shell").isEqualTo(bench.pid(0));
        }
    }

    @Test
    void fromAChangeOnNewWorkersRunWhatWasGiven(@TempDir Path directory) throws Exception {
        Path told = directory.resolve("told");
        setup.workers = 1;
        try (MasterBench bench = setup.start()) {
            awaitReady(bench, 1);
            bench.process.use(
                    0,
                    MasterBench.script(
                            "echo $SHARE > " + told + ".tmp; mv " + told + ".tmp " + told + "; exec sleep 60"),
                    java.util.Map.of("SHARE", "half"));
            bench.master.commands().scaleTo(2, "x");
            await().until(() -> Files.exists(told));

            assertThat(Files.readString(told)).isEqualTo("half\n");
        }
    }

    @Test
    void afterAReloadWorkersRunWhatItsVersionIs(@TempDir Path directory) throws Exception {
        setup.workers = 2;
        try (MasterBench bench = setup.start()) {
            awaitReady(bench, 2);
            Set<Integer> before = bench.master.snapshot().pids();
            bench.process.use(
                    1,
                    MasterBench.script("touch " + directory + "/$PREFORK_SLOT.$SHARE; exec sleep 60"),
                    java.util.Map.of("SHARE", "half"));

            bench.master.reload(1, "x");
            await().until(() -> bench.master.snapshot().rollout().version() == 1
                    && !bench.master.snapshot().rollout().active());

            assertThat(bench.master.snapshot().rollout().failure()).isEmpty();
            assertThat(directory.toFile().list()).containsExactlyInAnyOrder("0.half", "1.half");
            await().until(() -> bench.master.snapshot().pids().size() == 2);
            assertThat(bench.master.snapshot().pids()).doesNotContainAnyElementsOf(before);
        }
    }
}
