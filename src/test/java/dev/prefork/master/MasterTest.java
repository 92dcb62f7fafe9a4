package dev.prefork.master;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.LeakCheck;
import dev.prefork.it.Proc;
import dev.prefork.it.Tools;
import dev.prefork.os.Endpoint;
import dev.prefork.os.Signal;
import dev.prefork.supervise.Exit;
import dev.prefork.supervise.Outcome;
import dev.prefork.supervise.Readiness;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.WorkerState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loop with real processes. */
class MasterTest {
    private final LeakCheck leaks = new LeakCheck();

    @AfterEach
    void nothingIsLeft() {
        leaks.assertNothingLeft();
    }

    private static void awaitReady(MasterBench bench, int workers) {
        await().until(() -> bench.master.snapshot().ready() == workers);
    }

    @Test
    void startsSupervisesAndStops() throws Exception {
        try (MasterBench bench = new MasterBench.Setup().start()) {
            awaitReady(bench, 2);
            assertThat(bench.master.snapshot().started()).isTrue();
            bench.master.stop("enough");

            assertThat(bench.outcome.get()).isEqualTo(Outcome.STOPPED);
            assertThat(bench.log)
                    .contains("INFO stopping 2 workers: enough")
                    .anyMatch(line -> line.matches("INFO worker 0 \\(pid \\d+\\) started"))
                    .anyMatch(line -> line.matches("INFO worker 1 \\(pid \\d+\\) stopped after .* \\(SIGTERM\\)"));
        }
    }

    @Test
    void replacesAKilledWorker() throws Exception {
        try (MasterBench bench = new MasterBench.Setup().start()) {
            awaitReady(bench, 2);
            int victim = bench.pid(1);
            bench.posix.kill(victim, Signal.KILL);
            await().until(() ->
                    bench.pid(1) != victim && bench.master.snapshot().ready() == 2);

            assertThat(bench.master.snapshot().lastExit()).contains("worker 1 (pid " + victim + "): SIGKILL");
            assertThat(bench.log)
                    .anyMatch(line -> line.startsWith("ERROR worker 1 (pid " + victim + ") killed by SIGKILL"));
        }
    }

    @Test
    void givesUpBeyondTheThreshold() throws Exception {
        MasterBench.Setup setup = new MasterBench.Setup();
        setup.program = MasterBench.script("exit 3");
        setup.readiness = Readiness.notification();
        setup.threshold = 2;
        try (MasterBench bench = setup.start()) {
            assertThat(bench.outcome.get()).isEqualTo(Outcome.NEVER_READY);
            assertThat(bench.master.snapshot().lastExit().orElseThrow()).endsWith("exit code 3");
            assertThat(bench.log)
                    .contains("ERROR 3 unexpected worker exits since the start, more than the recover threshold of 2;"
                            + " giving up");
        }
    }

    @Test
    void killsAWorkerThatIgnoresTermWhenItsGraceIsOver(@TempDir Path directory) throws Exception {
        Path up = directory.resolve("up");
        MasterBench.Setup setup = new MasterBench.Setup();
        setup.program = MasterBench.script("trap '' TERM; : > " + up + "; while :; do sleep 60; done");
        setup.grace = Duration.ofMillis(300);
        setup.workers = 1;
        try (MasterBench bench = setup.start()) {
            await().until(() -> Files.exists(up));
            bench.master.stop("enough");

            assertThat(bench.outcome.get()).isEqualTo(Outcome.STOPPED);
            assertThat(bench.reports(Report.WorkerExited.class).get(0).exit().cause())
                    .isEqualTo(Exit.Cause.KILLED);
        }
    }

    @Test
    void aWorkerIsReadyOnceItSaysSoAndNotBefore(@TempDir Path directory) throws Exception {
        Path go = directory.resolve("go");
        MasterBench.Setup setup = new MasterBench.Setup();
        setup.workers = 1;
        setup.readiness = Readiness.notification();
        setup.program = MasterBench.script(
                "until [ -e " + go + " ]; do sleep 0.05; done; exec " + notifying("MAINPID=1\\nREADY=1"));
        try (MasterBench bench = setup.start()) {
            await().until(() -> bench.master.snapshot().count(WorkerState.STARTING) == 1);
            Files.createFile(go);
            awaitReady(bench, 1);

            assertThat(bench.log).anyMatch(line -> line.contains("sent MAINPID, which is ignored"));
        }
    }

    @Test
    void aNotificationFromBehindTheWorkerCountsAndOneFromAStrangerDoesNot() throws Exception {
        MasterBench.Setup setup = new MasterBench.Setup();
        setup.workers = 1;
        setup.readiness = Readiness.notification();
        setup.program = MasterBench.script(notifying("READY=1") + "; true");
        try (MasterBench bench = setup.start()) {
            awaitReady(bench, 1);
            int sender = bench.posix.datagramSocket();
            String address = Proc.environment(bench.pid(0)).get("NOTIFY_SOCKET");
            bench.posix.sendDatagram(
                    sender, "STOPPING=1".getBytes(StandardCharsets.US_ASCII), new Endpoint.Unix(address));
            bench.posix.close(sender);

            await().until(() -> bench.log.stream()
                    .anyMatch(line ->
                            line.endsWith("which is ignored: pid " + bench.posix.getpid() + " is not a worker's")));
            assertThat(bench.master.snapshot().ready()).isEqualTo(1);
            assertThat(bench.master.notificationsDropped()).isEqualTo(1);
        }
    }

    @Test
    void aNotificationCountsThoughItsSenderIsGoneWhenItIsRead(@TempDir Path directory) throws Exception {
        Path gone = directory.resolve("gone");
        MasterBench.Setup setup = new MasterBench.Setup();
        setup.workers = 1;
        setup.readiness = Readiness.notification();
        String sender = notifying("READY=1").replace("time.sleep(60)", "0");
        // With a session of its own, so that nothing but the socket tells whose it was.
        setup.program = MasterBench.script("setsid " + sender + "; : > " + gone + "; exec sleep 60");
        setup.posix = PosixWith.call("receiveDatagram", (arguments, real) -> {
            await().until(() -> Files.exists(gone));
            return real.call();
        });
        try (MasterBench bench = setup.start()) {
            awaitReady(bench, 1);
        }
    }

    @Test
    void theNotificationSocketOfAWorkerIsGoneWithItAndItsSuccessorHasAnother() throws Exception {
        MasterBench.Setup setup = new MasterBench.Setup();
        setup.workers = 1;
        try (MasterBench bench = setup.start()) {
            awaitReady(bench, 1);
            int victim = bench.pid(0);
            String first = Proc.environment(victim).get("NOTIFY_SOCKET");
            assertThat(names()).contains(first);
            bench.posix.kill(victim, Signal.KILL);
            await().until(() -> bench.pid(0) != victim && !names().contains(first));
            await().until(() -> names().contains(Proc.environment(bench.pid(0)).get("NOTIFY_SOCKET")));
        }
    }

    /** The names of all sockets, as /proc/net/unix has them. */
    private static List<String> names() throws IOException {
        return Files.readAllLines(Path.of("/proc/net/unix")).stream()
                .map(line -> line.replaceFirst(".* ", ""))
                .toList();
    }

    @Test
    void aNotificationCountsThoughItsSenderIsGoneWhenTheLoopGetsToIt(@TempDir Path directory) throws Exception {
        Path gone = directory.resolve("gone");
        MasterBench.Setup setup = new MasterBench.Setup();
        setup.workers = 1;
        setup.readiness = Readiness.notification();
        // As systemd-notify does it: it waits until the master has taken in all it sent; see sd_notify_barrier(3).
        setup.program =
                new Program(Tools.require("python3").toString(), List.of("python3", "-c", """
                import array, os, socket, sys, time
                name = "\\0" + os.environ["NOTIFY_SOCKET"][1:]
                if os.fork() == 0:
                    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                    s.sendto(b"READY=1", name)
                    r, w = os.pipe()
                    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [w]))]
                    s.sendmsg([b"BARRIER=1"], rights, 0, name)
                    os.close(w)
                    os.read(r, 1)
                    os._exit(0)
                os.wait()
                open(sys.argv[1], "w").close()
                time.sleep(60)
                """, gone.toString()));
        setup.listeners.add(report -> {
            if (report instanceof Report.WorkerStarted) {
                await().until(() -> Files.exists(gone));
            }
        });
        try (MasterBench bench = setup.start()) {
            awaitReady(bench, 1);
        }
    }

    @Test
    void nothingIsSignalledByTheNumberOfAReapedWorker(@TempDir Path directory) throws Exception {
        Path up = directory.resolve("up");
        List<String> calls = new CopyOnWriteArrayList<>();
        MasterBench.Setup setup = new MasterBench.Setup();
        setup.workers = 1;
        setup.program = MasterBench.script("trap '' TERM; sleep 60 & trap - TERM; : > " + up + "; wait");
        setup.posix = PosixWith.call("reap", (arguments, real) -> {
            calls.add("reap");
            return real.call();
        });
        var inner = setup.posix;
        setup.posix = PosixWith.around(inner, "killGroup", (arguments, real) -> {
            calls.add("kill " + arguments.get(1));
            return real.call();
        });
        try (MasterBench bench = setup.start()) {
            await().until(() -> Files.exists(up));
            bench.master.stop("enough");
            assertThat(bench.outcome.get()).isEqualTo(Outcome.STOPPED);
        }
        assertThat(calls).containsExactly("kill TERM", "kill KILL", "reap");
    }

    /** A command that sends this and goes on living. */
    private static String notifying(String message) {
        return Tools.require("python3") + " -c 'import os,socket,time;"
                + "s=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM);"
                + "s.sendto(b\"" + message + "\",\"\\0\"+os.environ[\"NOTIFY_SOCKET\"][1:]);time.sleep(60)'";
    }

    @Test
    void aLauncherThatBreaksEndsTheWorkersItHadStarted() throws Exception {
        AtomicInteger launches = new AtomicInteger();
        CompletableFuture<MasterBench> itself = new CompletableFuture<>();
        MasterBench.Setup setup = new MasterBench.Setup();
        setup.launcher = (slot, version) -> {
            if (launches.incrementAndGet() == 2) {
                throw new IOException("broken");
            }
            return itself.get().process.launch(slot, version);
        };
        try (MasterBench bench = setup.start()) {
            itself.complete(bench);

            assertThatThrownBy(bench.outcome::get).hasRootCauseMessage("broken");
            assertThat(bench.master.snapshot().workers())
                    .allMatch(worker -> worker.pid().isEmpty());
        }
    }

    @Test
    void aListenerThatThrowsEndsEverything() throws Exception {
        MasterBench.Setup setup = new MasterBench.Setup();
        setup.listeners.add(report -> {
            if (report instanceof Report.FirstGenerationReady) {
                throw new IOException("no");
            }
        });
        try (MasterBench bench = setup.start()) {
            assertThatThrownBy(bench.outcome::get).hasRootCauseMessage("no");
        }
    }

    @Test
    void aMissingExecutableIsTheWorkersFailure() throws Exception {
        MasterBench.Setup setup = new MasterBench.Setup();
        setup.program = new Program("/nonexistent/server", List.of("server"));
        setup.threshold = 1;
        try (MasterBench bench = setup.start()) {
            assertThat(bench.outcome.get()).isEqualTo(Outcome.NEVER_READY);
            assertThat(bench.log)
                    .contains("WARN worker 0 could not be started: /nonexistent/server does not exist or is not"
                            + " executable");
        }
    }

    @Test
    void answersWhileTheLoopTurnsAndNotWhileItIsStuck() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        MasterBench.Setup setup = new MasterBench.Setup();
        setup.listeners.add(report -> {
            if (report instanceof Report.StopBegan) {
                inside.countDown();
                stuck.await();
            }
        });
        Duration limit = Duration.ofMillis(200);
        try (MasterBench bench = setup.start()) {
            awaitReady(bench, 2);
            for (int i = 0; i < 20; i++) {
                assertThat(bench.master.answers(Duration.ofSeconds(20))).isTrue();
            }
            bench.master.stop("enough");
            inside.await();
            long since = System.nanoTime();
            await().until(() -> System.nanoTime() - since > limit.toNanos());
            assertThat(bench.master.answers(limit)).as("at the first look").isFalse();
            stuck.countDown();
            await().until(() -> bench.master.answers(limit));
            assertThat(bench.outcome.get()).isEqualTo(Outcome.STOPPED);
        }
    }

    @Test
    void anIdleMasterWaitsWithoutATimer() throws Exception {
        try (MasterBench bench = new MasterBench.Setup().start()) {
            awaitReady(bench, 2);
            // TIMED_WAITING would mean that it wakes by itself.
            await().until(() -> bench.loop().getState() == Thread.State.WAITING);
        }
    }

    @Test
    void anEntrypointKeepsItsHandlersToTheEndOfItsProcess() throws Exception {
        List<String> names = List.of("TERM", "INT", "HUP", "USR1", "USR2", "TTIN", "TTOU", "WINCH", "CHLD");
        Map<sun.misc.Signal, sun.misc.SignalHandler> before = new LinkedHashMap<>();
        MasterBench.Setup setup = new MasterBench.Setup();
        setup.mode = MasterMode.ENTRYPOINT;
        try {
            for (String name : names) {
                sun.misc.Signal signal = new sun.misc.Signal(name);
                before.put(signal, sun.misc.Signal.handle(signal, sun.misc.SignalHandler.SIG_DFL));
            }
            try (MasterBench bench = setup.start()) {
                awaitReady(bench, 2);
            }
            // The default of most of these would end the process before it has said its exit code.
            for (sun.misc.Signal signal : before.keySet()) {
                assertThat(sun.misc.Signal.handle(signal, sun.misc.SignalHandler.SIG_DFL))
                        .as(signal.getName())
                        .isNotEqualTo(sun.misc.SignalHandler.SIG_DFL);
            }
        } finally {
            before.forEach(sun.misc.Signal::handle);
        }
    }

    @Test
    void theHandlersOfSignalsArePutBack() throws Exception {
        sun.misc.Signal term = new sun.misc.Signal("TERM");
        sun.misc.SignalHandler before = signal -> {};
        sun.misc.SignalHandler original = sun.misc.Signal.handle(term, before);
        try {
            try (MasterBench bench = new MasterBench.Setup().start()) {
                awaitReady(bench, 2);
            }
            assertThat(sun.misc.Signal.handle(term, original)).isSameAs(before);
        } finally {
            sun.misc.Signal.handle(term, original);
        }
    }
}
