package dev.prefork.probe;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.listen.ListenOptions;
import dev.prefork.listen.ListenSpec;
import dev.prefork.listen.Listeners;
import dev.prefork.os.OpenDescriptors;
import dev.prefork.os.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeThreadTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final BlockingQueue<Integer> ready = new LinkedBlockingQueue<>();
    private final AtomicInteger lookups = new AtomicInteger();
    private volatile Set<Integer> starting = Set.of();
    private Listeners listeners;
    private ProbeThread driver;

    @TempDir
    Path directory;

    @BeforeEach
    void startProbe() {
        listeners = keep(Listeners.open(
                Posix.system(),
                ListenSpec.parseList(List.of("tcp4://127.0.0.1:0")),
                new ListenOptions(64, false, 1),
                List.of()));
        driver = keep(
                ProbeThread.start(ConnectionProbe.asking(listeners.all().get(0), "/"), this::starting, ready::add));
    }

    @AfterEach
    void closeAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    private Set<Integer> starting() {
        lookups.incrementAndGet();
        return starting;
    }

    @Test
    void itSleepsUntilItIsWokenAndTellsOfEachWorkerOnce() throws Exception {
        awaitSleep();
        HttpWorker worker = keep(HttpWorker.start(listeners, 0, directory.resolve("one")));
        starting = Set.of(worker.pid());
        long woken = System.nanoTime();
        driver.wake();
        assertThat(ready.poll(60, TimeUnit.SECONDS)).isEqualTo(worker.pid());
        long patience = Duration.ofNanos(System.nanoTime() - woken).toSeconds();

        int before = lookups.get();
        await().atMost(PATIENCE).until(() -> lookups.get() > before + 5);
        assertThat(ready).isEmpty();
        assertThat(worker.asked())
                .as("once, and again after a second without an answer")
                .isBetween(1L, 1 + patience);

        starting = Set.of();
        awaitSleep();
        starting = Set.of(worker.pid()); // its pid has come round, for another worker
        driver.wake();
        assertThat(ready.poll(60, TimeUnit.SECONDS)).isEqualTo(worker.pid());
    }

    @Test
    void itKeepsAskingUntilTheWorkerIsReady() throws Exception {
        Path good = directory.resolve("good");
        HttpWorker worker = keep(HttpWorker.start(listeners, 0, directory.resolve("one"), "bad-until=" + good));
        starting = Set.of(worker.pid());
        driver.wake();
        await().atMost(PATIENCE).until(() -> worker.asked() >= 3);
        assertThat(ready).isEmpty();
        Files.createFile(good);
        assertThat(ready.poll(60, TimeUnit.SECONDS)).isEqualTo(worker.pid());
    }

    @Test
    void aFailureOfWhatItCallsDoesNotEndIt() throws Exception {
        HttpWorker worker = keep(HttpWorker.start(listeners, 0, directory.resolve("one")));
        AtomicInteger calls = new AtomicInteger();
        ProbeThread failing = keep(ProbeThread.start(
                ConnectionProbe.asking(listeners.all().get(0), "/"),
                () -> {
                    if (calls.incrementAndGet() == 1) {
                        throw new IllegalStateException("on purpose");
                    }
                    return Set.of(worker.pid());
                },
                ready::add));
        failing.wake();
        assertThat(ready.poll(60, TimeUnit.SECONDS)).isEqualTo(worker.pid());
    }

    @Test
    void closingEndsTheThreadAndItsConnections() throws IOException {
        Map<Integer, String> before = OpenDescriptors.socketsAndPipes();
        starting = Set.of(Posix.system().getpid());
        driver.wake();
        await().atMost(PATIENCE).until(() -> OpenDescriptors.socketsAndPipes().size() >= before.size() + 1);
        driver.close();
        driver.close();
        assertThat(thread()).isNull();
        assertThat(OpenDescriptors.socketsAndPipes()).isEqualTo(before);
        driver.wake();
    }

    private void awaitSleep() {
        await().atMost(PATIENCE).until(() -> thread().getState() == Thread.State.WAITING);
        int before = lookups.get();
        assertThat(thread().isDaemon()).isTrue();
        assertThat(lookups).hasValue(before);
    }

    private static Thread thread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("prefork-probe"))
                .findFirst()
                .orElse(null);
    }

    private <T extends AutoCloseable> T keep(T one) {
        open.push(one);
        return one;
    }
}
