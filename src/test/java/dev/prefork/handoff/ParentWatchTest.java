package dev.prefork.handoff;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.OpenDescriptors;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.os.SpawnRequest;
import dev.prefork.os.TestChild;
import dev.prefork.quarkus.worker.WatchedWorker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
public class ParentWatchTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    /** Longer than the parent is looked at again, so that silence means something. */
    private static final Duration WHILE = Duration.ofMillis(1200);

    private final Posix posix = Posix.system();
    private final AtomicInteger calls = new AtomicInteger();
    private final List<ParentWatch> lifelines = new ArrayList<>();

    @AfterEach
    void close() {
        lifelines.forEach(ParentWatch::close);
        await().atMost(SOON).until(() -> watchers() == 0);
    }

    @Test
    void theEndOfTheMastersDescriptorIsNoticedAtOnceAndOnce() {
        int[] pair = posix.socketPair();
        watch(Map.of("PREFORK_LIFELINE", String.valueOf(pair[0])));
        posix.close(pair[1]);
        await().atMost(SOON).until(() -> calls.get() == 1);
        await().during(WHILE).until(() -> calls.get() == 1);
        posix.close(pair[0]);
    }

    @Test
    void aPipeServesAsWell() {
        int[] pipe = posix.pipe();
        watch(Map.of("PREFORK_LIFELINE", String.valueOf(pipe[0])));
        posix.close(pipe[1]);
        await().atMost(SOON).until(() -> calls.get() == 1);
        posix.close(pipe[0]);
    }

    @Test
    void whileTheMasterHoldsItNothingHappens() {
        int[] pair = posix.socketPair();
        watch(Map.of("PREFORK_LIFELINE", String.valueOf(pair[0])));
        await().during(WHILE).until(() -> calls.get() == 0);
        posix.close(pair[1]);
        await().atMost(SOON).until(() -> calls.get() == 1);
        posix.close(pair[0]);
    }

    @Test
    void whoReadsTheDescriptorDoesNotLookAtTheParent() {
        int[] pair = posix.socketPair();
        watch(Map.of("PREFORK_LIFELINE", String.valueOf(pair[0]), "PREFORK_MASTER_PID", "1"));
        await().during(WHILE).until(() -> calls.get() == 0);
        posix.close(pair[1]);
        await().atMost(SOON).until(() -> calls.get() == 1);
        posix.close(pair[0]);
    }

    @Test
    void aMasterThatDiedBeforeTheWatchBeganIsNoticed() {
        watch(Map.of("PREFORK_MASTER_PID", String.valueOf(posix.getpid())));
        await().atMost(SOON).until(() -> calls.get() == 1);
    }

    @Test
    void anUnusableDescriptorFallsBackToTheParent() {
        watch(Map.of("PREFORK_LIFELINE", "9999", "PREFORK_MASTER_PID", String.valueOf(posix.getpid())));
        await().atMost(SOON).until(() -> calls.get() == 1);
    }

    @Test
    void aParentThatStaysIsNoReason() {
        watch(Map.of("PREFORK_LIFELINE", "none", "PREFORK_MASTER_PID", ""));
        await().during(WHILE).until(() -> calls.get() == 0);
    }

    /** A thread that is left in a system call costs the JVM 300 ms at its exit. */
    @Test
    void closedItLeavesItsThreadNowhereAndSaysNothing() {
        int[] pair = posix.socketPair();
        Set<Integer> open = OpenDescriptors.socketsAndPipes().keySet();
        ParentWatch lifeline = watch(Map.of("PREFORK_LIFELINE", String.valueOf(pair[0])));
        await().atMost(SOON).until(() -> watchers() == 1);
        lifeline.close();
        lifeline.close();
        await().atMost(SOON).until(() -> watchers() == 0);
        assertThat(OpenDescriptors.socketsAndPipes().keySet()).isEqualTo(open);
        posix.close(pair[1]);
        posix.close(pair[0]);
        assertThat(calls).hasValue(0);
    }

    @Test
    void closedWhileItLooksAtTheParentItEndsToo() {
        ParentWatch lifeline = watch(Map.of());
        await().atMost(SOON).until(() -> watchers() == 1);
        lifeline.close();
        await().atMost(SOON).until(() -> watchers() == 0);
        assertThat(calls).hasValue(0);
    }

    @Test
    void whatIsCalledWhenTheMasterIsGoneMayCloseIt() {
        int[] pipe = posix.pipe();
        CompletableFuture<ParentWatch> itself = new CompletableFuture<>();
        itself.complete(watch(Map.of("PREFORK_LIFELINE", String.valueOf(pipe[0])), () -> {
            itself.join().close();
            calls.incrementAndGet();
        }));
        posix.close(pipe[1]);
        await().atMost(SOON).until(() -> calls.get() == 1 && watchers() == 0);
        posix.close(pipe[0]);
    }

    private static long watchers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("prefork-lifeline"))
                .count();
    }

    @Test
    void aRealParentsDeathIsNoticedByItsPid() {
        // The shell stays the parent; it is killed alone, and the worker lives on in its group.
        try (TestChild parent = TestChild.start(
                List.of(
                        "/bin/sh",
                        "-c",
                        "\"$@\" & wait",
                        "sh",
                        java(),
                        "-cp",
                        classPath(),
                        WatchedWorker.class.getName()),
                Map.of())) {
            assertThat(parent.readLine()).matches("\\d+");
            posix.kill(parent.pid(), Signal.KILL);
            assertThat(parent.readLine()).isEqualTo("gone");
        }
    }

    @Test
    void aRealParentsDeathIsNoticedByItsDescriptor() {
        int[] pair = posix.socketPair();
        int low = posix.duplicateAbove(pair[0], 300);
        try (TestChild worker = TestChild.start(
                List.of(java(), "-cp", classPath(), WatchedWorker.class.getName()),
                Map.of("PREFORK_LIFELINE", "3"),
                new SpawnRequest.Descriptor(low, 3))) {
            assertThat(worker.readLine()).isEqualTo(String.valueOf(worker.pid()));
            posix.close(pair[1]);
            assertThat(worker.readLine()).isEqualTo("gone");
        } finally {
            posix.close(pair[0]);
            posix.close(low);
        }
    }

    private ParentWatch watch(Map<String, String> environment) {
        return watch(environment, calls::incrementAndGet);
    }

    private ParentWatch watch(Map<String, String> environment, Runnable whenGone) {
        ParentWatch lifeline = ParentWatch.watch(posix, environment, whenGone);
        lifelines.add(lifeline);
        return lifeline;
    }

    private static String java() {
        return ProcessHandle.current().info().command().orElseThrow();
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }
}
