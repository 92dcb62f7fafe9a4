package dev.prefork.it.builtin;

import static dev.prefork.Waits.await;
import static dev.prefork.it.builtin.RunningMaster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Alone;
import dev.prefork.it.Http;
import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.ProgramUnderTest;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A worker whose event loop is blocked, and the watchdog. */
@Alone
class HangIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void aHungWorkerSaysWhereItHangsAndIsReplacedWhileTheOtherServes(Jdk jdk) throws Exception {
        RunningMaster master = RunningMaster.start(processes, jdk, "--workers", "2", "--watchdog", "5s");
        Set<Long> both = master.awaitAnswersOf(2);
        AtomicBoolean enough = new AtomicBoolean();
        AtomicLong hung = new AtomicLong();

        try (Http connection = Http.open(Http.port(master.port()))) {
            hung.set(RunningMaster.pid(connection.get("/")));
            CompletableFuture<?> blocked = CompletableFuture.runAsync(() -> block(connection, 99_999));
            CompletableFuture<Visits> visitors =
                    CompletableFuture.supplyAsync(() -> Visits.until(enough, master.port()));
            awaitEndOf(hung.get(), master);
            enough.set(true);

            Visits visits = visitors.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            System.out.println("while pid " + hung + " hung: " + visits);
            assertThat(visits.answered().keySet())
                    .as("the other, above all")
                    .containsAnyElementsOf(
                            both.stream().filter(pid -> pid != hung.get()).toList());
            assertThat(blocked.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNull();
        }
        await().atMost(PATIENCE)
                .until(() -> master.metric("prefork_worker_exits_total{cause=\"watchdog\",planned=\"false\"}") == 1);
        assertThat(master.probe("ready").body()).contains("\"last-exit-cause\": \"watchdog\"");
        assertThat(master.awaitAnswersOf(2)).doesNotContain(hung.get());
        for (long pid : both) {
            assertThat(Proc.isAlive(pid)).isEqualTo(pid != hung.get());
        }
    }

    private static void awaitEndOf(long pid, RunningMaster master) {
        String worker = "worker \\d \\(pid " + pid + "\\) ";
        master.process().awaitLine("ERROR " + worker + "sent no heartbeat for", PATIENCE);
        master.process().awaitLine(ProgramUnderTest.THREAD_DUMP, PATIENCE);
        master.process().awaitLine("at dev\\.prefork\\.demo\\.DemoFaults\\.block\\(", PATIENCE);
        master.process().awaitLine(worker + "exited unexpectedly: watchdog, ", PATIENCE);
        master.process().awaitLine("started to replace pid " + pid, PATIENCE);
    }

    @Test
    void whoHangsWhileNobodyWaitsIsSpared() throws Exception {
        RunningMaster master = RunningMaster.start(
                processes, Jdks.running(), "--workers", "1", "--watchdog", "1s", "--watchdog-queue", "1000");
        Set<Long> before = master.awaitAnswersOf(1);

        try (Http connection = Http.open(Http.port(master.port()))) {
            // Six times what it takes to be found silent.
            assertThat(connection.get("/block?ms=6000").status()).isEqualTo(200);
        }

        assertThat(master.awaitAnswersOf(1)).isEqualTo(before);
        assertThat(master.process().stdout()).doesNotContain("sent no heartbeat", "Full thread dump");
        assertThat(master.metric("prefork_worker_exits_total{cause=\"watchdog\",planned=\"false\"}"))
                .isZero();
        master.process().signal("TERM");
        assertThat(master.process().awaitExit(PATIENCE)).isZero();
    }

    /** Its end is the connection's. */
    private static void block(Http connection, int millis) {
        try {
            throw new AssertionError("blocked for " + millis + " ms: " + connection.get("/block?ms=" + millis));
        } catch (IOException expected) {
            // Broken off by the worker's end, or by the test's own patience.
        }
    }
}
