package dev.prefork;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The master's side with real children that do nothing but end, and hooks that watch or fail. */
class PreforkHooksTest {
    private static final String ANY_PORT = "127.0.0.1:0";

    private final LeakCheck leaks = new LeakCheck();
    private final List<String> events = new ArrayList<>();
    private final List<Integer> spawned = new ArrayList<>();
    private final CountDownLatch bothRun = new CountDownLatch(2);

    @AfterEach
    void nothingIsLeft() {
        leaks.assertNothingLeft();
    }

    private PreforkBuilder shortLived() {
        return builder("exit 0");
    }

    private PreforkBuilder longLived() {
        return builder("exec sleep 60");
    }

    private PreforkBuilder builder(String script) {
        return Prefork.builder()
                .workers(2)
                .recoverThreshold(1)
                .serve(listener -> {})
                .logger((level, line) -> {})
                .commandProducer(
                        command -> command.run("/bin/sh", List.of("-c", script)).start());
    }

    private PreforkBuilder recording(PreforkBuilder builder) {
        return builder.onListening(address -> events.add("listening"))
                .onChildSpawn(pid -> {
                    spawned.add(pid);
                    events.add("spawn " + pid);
                })
                .onMasterReady(pids -> events.add("ready " + pids))
                .onChildRecover((oldPid, newPid) -> events.add("recover " + oldPid + " " + newPid));
    }

    @Test
    void theOrderIsListeningThenSpawnsThenReadyThenSpawnAndRecover() {
        Prefork prefork = recording(shortLived()).build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT)).isInstanceOf(OverRecoveryException.class);

        assertThat(events).hasSize(6);
        assertThat(events.subList(0, 4))
                .containsExactly(
                        "listening",
                        "spawn " + spawned.get(0),
                        "spawn " + spawned.get(1),
                        "ready " + spawned.subList(0, 2));
        assertThat(events.get(4)).isEqualTo("spawn " + spawned.get(2));
        assertThat(events.get(5)).matches("recover (" + spawned.get(0) + "|" + spawned.get(1) + ") " + spawned.get(2));
        assertThat(spawned).doesNotHaveDuplicates().allMatch(pid -> pid > 1);
    }

    @Test
    void childrenThatEndBeforeTheyAreReadyMakeItNeverReady() {
        // By notification alone: on a machine that stands still for a second, being alive would do.
        assertThatThrownBy(() -> shortLived().readyWhenNotified().build().listenAndServe(ANY_PORT))
                .isInstanceOf(NeverReadyException.class)
                .hasMessageContaining("2 children exited unexpectedly, more than the recover threshold of 1")
                .hasMessageContaining("exit code 0");
    }

    @Test
    void withAThresholdOfZeroTheFirstEndIsTheLast() {
        Prefork prefork = recording(shortLived().recoverThreshold(0)).build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT)).isInstanceOf(OverRecoveryException.class);
        assertThat(spawned).hasSize(2);
        assertThat(events).noneMatch(event -> event.startsWith("recover"));
    }

    @Test
    void aFirstSpawnHookThatThrowsStopsEverythingBeforeTheSecondChild() {
        IOException expected = new IOException("initial spawn rejected");
        AtomicInteger calls = new AtomicInteger();
        Prefork prefork = longLived()
                .onChildSpawn(pid -> {
                    calls.incrementAndGet();
                    throw expected;
                })
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT))
                .isInstanceOf(HookFailedException.class)
                .hasCause(expected)
                .hasMessageContaining("onChildSpawn failed");
        assertThat(calls).hasValue(1);
    }

    @Test
    void afterAHookHasFailedNoOtherIsCalled() {
        Prefork prefork = recording(longLived().workers(1))
                .onChildSpawn(pid -> {
                    throw new IOException("no");
                })
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT)).isInstanceOf(HookFailedException.class);
        assertThat(events).containsExactly("listening");
    }

    @Test
    void durationsBeyondAllMeasureAreNoError() {
        Duration forEver = Duration.ofDays(1_000_000);
        Prefork prefork = shortLived()
                .recoverThreshold(0)
                .recoverWindow(forEver)
                .recoverInterval(forEver)
                .recoverIntervalMax(forEver)
                .startTimeout(forEver)
                .shutdownGracePeriod(forEver)
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT)).isInstanceOf(OverRecoveryException.class);
    }

    @Test
    void aReadyHookThatThrowsEndsTheChildren() {
        IOException expected = new IOException("ready rejected");
        Prefork prefork = recording(longLived())
                .onMasterReady(pids -> {
                    throw expected;
                })
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT)).hasCause(expected);
        assertThat(spawned).hasSize(2).allMatch(pid -> ProcessHandle.of(pid).isEmpty());
    }

    @Test
    void aSpawnHookThatThrowsForARecoveredChildKeepsTheRecoverHookFromBeingCalled() {
        IOException expected = new IOException("spawn failed");
        AtomicInteger spawns = new AtomicInteger();
        AtomicInteger recovers = new AtomicInteger();
        Prefork prefork = shortLived()
                .onChildSpawn(pid -> {
                    if (spawns.incrementAndGet() > 2) {
                        throw expected;
                    }
                })
                .onChildRecover((oldPid, newPid) -> recovers.incrementAndGet())
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT)).hasCause(expected);
        assertThat(recovers).hasValue(0);
    }

    @Test
    void aRecoverHookThatThrowsStopsTheMaster() {
        Prefork prefork = shortLived()
                .onChildRecover((oldPid, newPid) -> {
                    throw new IOException("no more");
                })
                .build();

        Throwable thrown = catchThrowable(() -> prefork.listenAndServe(ANY_PORT));
        assertThat(thrown).isInstanceOfSatisfying(HookFailedException.class, e -> assertThat(e.hook())
                .isEqualTo("onChildRecover"));
    }

    static List<Throwable> errors() {
        return List.of(
                new AssertionError("user code blew up"),
                new OutOfMemoryError("simulated"),
                new Error("plain"),
                new Throwable("bare"));
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    /** A child that says in a file that it was asked to stop, and in another that it is ready to be. */
    private PreforkBuilder asked(Path directory) {
        return builder("trap 'echo > " + directory.resolve("asked") + "; exit 0' TERM; echo > "
                        + directory.resolve("set") + "; while :; do sleep 0.1; done")
                .workers(1)
                .shutdownGracePeriod(Duration.ofMinutes(1));
    }

    private static void awaitTrap(Path directory) {
        await().until(() -> Files.exists(directory.resolve("set")));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorInAHookIsAFailureLikeAnyOther(Throwable error, @TempDir Path directory) {
        Prefork prefork = asked(directory)
                .onMasterReady(pids -> {
                    awaitTrap(directory);
                    PreforkHooksTest.<RuntimeException>sneak(error);
                })
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT))
                .isInstanceOf(HookFailedException.class)
                .hasMessageContaining("onMasterReady failed")
                .hasCause(error);
        assertThat(directory.resolve("asked")).as("TERM, not KILL").exists();
    }

    @Test
    void aLoggerThatFailsIsAHookThatFails(@TempDir Path directory) {
        Prefork prefork = asked(directory)
                .logger((level, line) -> {
                    if (line.contains("started")) {
                        awaitTrap(directory);
                        throw new Error("disk full");
                    }
                })
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT))
                .isInstanceOf(HookFailedException.class)
                .hasMessageContaining("logger failed: java.lang.Error: disk full");
        assertThat(directory.resolve("asked")).as("TERM, not KILL").exists();
    }

    @Test
    void anInterruptedMasterStopsItsChildrenInOrder(@TempDir Path directory) {
        Thread caller = Thread.currentThread();
        Prefork prefork = asked(directory)
                .onMasterReady(pids -> {
                    awaitTrap(directory);
                    caller.interrupt();
                })
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT)).isInstanceOf(InterruptedException.class);
        assertThat(directory.resolve("asked")).as("TERM, not KILL").exists();
    }

    @Test
    void mastersWithNamesRunBesideEachOtherAndEachReplacesItsOwn() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> masters = Stream.of("http", "https")
                    .map(name -> shortLived()
                            .name(name)
                            .workers(1)
                            .onMasterReady(pids -> bothRun.countDown())
                            .onChildRecover((oldPid, newPid) -> bothRun.await())
                            .build())
                    .<Future<?>>map(prefork -> threads.submit(() -> {
                        prefork.listenAndServe(ANY_PORT);
                        return null;
                    }))
                    .toList();

            for (Future<?> master : masters) {
                assertThatThrownBy(() -> master.get(1, TimeUnit.MINUTES))
                        .hasCauseInstanceOf(OverRecoveryException.class);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aSecondMasterWithoutANameIsRefusedByNameAndTheFirstGoesOn() {
        Prefork second = shortLived().build();
        List<Throwable> refusals = new ArrayList<>();
        Prefork first = shortLived()
                .onMasterReady(pids -> refusals.add(catchThrowable(() -> second.listenAndServe(ANY_PORT))))
                .build();

        assertThatThrownBy(() -> first.listenAndServe(ANY_PORT)).isInstanceOf(OverRecoveryException.class);
        assertThat(refusals).singleElement().isInstanceOf(AnotherMasterException.class);
    }

    @Test
    void aListeningHookThatThrowsStartsNobody() {
        Prefork prefork = recording(longLived())
                .onListening(address -> {
                    throw new IOException("wrong address");
                })
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT)).isInstanceOf(HookFailedException.class);
        assertThat(spawned).isEmpty();
    }

    @Test
    void theRecoverIntervalDelaysTheRespawn() {
        Duration interval = Duration.ofMillis(400);
        Prefork prefork = shortLived().workers(1).recoverInterval(interval).build();
        long start = System.nanoTime();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT)).isInstanceOf(OverRecoveryException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(interval);
    }
}
