package dev.prefork.output;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.log.Entry;
import dev.prefork.log.EventName;
import dev.prefork.log.LogFormat;
import dev.prefork.log.WhenFull;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.os.SpawnRequest;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With real processes and pipes. */
class WorkerOutputTest {
    private final Posix posix = Posix.system();
    private final List<Integer> started = new ArrayList<>();

    /** Of workers that are reaped, with processes that are still there. */
    private final List<Integer> groups = new ArrayList<>();

    private final List<Entry> warnings = new CopyOnWriteArrayList<>();

    private Sink sink;
    private WorkerOutput output;

    @BeforeEach
    void open() throws IOException {
        sink = new Sink();
        output = new WorkerOutput(posix, sink.lines(), () -> LogFormat.TEXT, warnings::add);
        output.read(true);
    }

    @AfterEach
    void close() throws Exception {
        for (int pid : started) {
            posix.killGroup(pid, Signal.KILL);
            posix.reapWaiting(pid);
        }
        groups.forEach(group -> posix.killGroup(group, Signal.KILL));
        output.close();
        sink.close();
    }

    /** A shell with this script, which is killed when the test is over. */
    private int start(int slot, String script) {
        try (Capture capture = output.open(slot)) {
            SpawnRequest plain =
                    new SpawnRequest("/bin/sh", List.of("sh", "-c", script), List.of("PATH=/usr/bin:/bin"), List.of());
            int pid = posix.spawn(capture.passedTo(plain));
            capture.startedAs(pid);
            started.add(pid);
            return pid;
        }
    }

    private void reap(int pid) {
        posix.reapWaiting(pid);
        started.remove(Integer.valueOf(pid));
        output.forget(pid);
    }

    private String mark(int slot, int pid) {
        return "worker " + slot + " (pid " + pid + ") | ";
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    @Test
    void eachLineOfBothStreamsGetsTheNameOfItsWorker() {
        sink.beginToRead();
        int pid = start(3, "echo out; echo err >&2; printf end");
        reap(pid);

        await().until(() -> sink.read().size() == 3);
        assertThat(sink.read())
                .containsExactlyInAnyOrder(mark(3, pid) + "out", mark(3, pid) + "err", mark(3, pid) + "end");
    }

    @Test
    void theLastLinesOfAProcessThatIsKilledAreNotLost() {
        sink.beginToRead();
        int pid = start(0, "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i + 1)); done; kill -KILL $$");
        reap(pid);

        await().until(() -> sink.read().contains(mark(0, pid) + "line 1999"));
        assertThat(sink.read()).hasSize(2000);
    }

    @Test
    void aLongLineIsCutAndMarkedAndNothingOfItIsLost() {
        sink.beginToRead();
        int pid = start(0, "head -c 40000 /dev/zero | tr '\\0' x; echo; echo next");
        reap(pid);

        await().until(() -> sink.read().contains(mark(0, pid) + "next"));
        assertThat(sink.read()).hasSize(4);
        assertThat(sink.read().subList(0, 2))
                .allMatch(line -> line.equals("worker 0 (pid " + pid + ") |+ " + "x".repeat(16 * 1024)));
        assertThat(sink.read().get(2)).isEqualTo(mark(0, pid) + "x".repeat(40_000 - 2 * 16 * 1024));
    }

    @Test
    void linesOfManyWorkersAreNeverMixed() {
        sink.beginToRead();
        String script =
                "i=0; while [ $i -lt 300 ]; do echo $i aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; i=$((i + 1)); done";
        List<Integer> pids =
                IntStream.range(0, 8).mapToObj(slot -> start(slot, script)).toList();
        pids.forEach(this::reap);

        await().until(() -> sink.read().size() == 8 * 300);
        assertThat(sink.read()).allMatch(line -> line.matches("worker \\d \\(pid \\d+\\) \\| \\d+ a{36}"));
        for (int slot = 0; slot < 8; slot++) {
            String name = mark(slot, pids.get(slot));
            assertThat(sink.read().stream().filter(line -> line.startsWith(name)))
                    .containsExactlyElementsOf(IntStream.range(0, 300)
                            .mapToObj(i -> name + i + " " + "a".repeat(36))
                            .toList());
        }
    }

    @Test
    void whileNothingIsReadAWorkerWaitsAndIsToldNothingElse() {
        int pid = start(0, "yes | head -n 100000; echo done");
        await().until(() -> !sink.lines().hasRoom());

        assertThat(posix.hasEnded(pid)).isFalse();
        sink.beginToRead();
        reap(pid);
        await().until(() -> sink.read().contains(mark(0, pid) + "done"));
        assertThat(sink.read()).hasSize(100_001);
        assertThat(sink.linesDropped()).isZero();
    }

    @Test
    void orItsLinesAreDroppedAndCounted() {
        sink.lines().whenFull(WhenFull.DROP);
        int pid = start(0, "yes | head -n 100000; echo done");
        reap(pid);
        await().until(() -> sink.linesDropped() > 0);

        sink.beginToRead();
        await().until(() -> !sink.dropped().isEmpty());
        await().until(() -> sink.read().size() + sink.linesDropped() == 100_001);
    }

    @Test
    void whatAWorkerLeavesBehindKeepsItsPipe() throws Exception {
        sink.beginToRead();
        int pid = start(0, "(sleep 1; echo late) & echo early");
        reap(pid);

        await().until(() -> sink.read().contains(mark(0, pid) + "late"));
    }

    @Test
    void onlySoManyPipesAreKeptForOthers() throws Exception {
        sink.beginToRead();
        long before = descriptors();
        for (int i = 0; i < WorkerOutput.MOST_LEFT; i++) {
            int pid = start(i, "sleep 600 & echo $!");
            await().until(() -> sink.read().stream().anyMatch(line -> line.contains("(pid " + pid + ")")));
            reap(pid);
            groups.add(pid);
        }

        await().until(() -> descriptors() <= before + WorkerOutput.MOST_LEFT);
        groups.forEach(group -> posix.killGroup(group, Signal.KILL));
        await().until(() -> descriptors() <= before);
    }

    @Test
    void workersThatDieWhileNothingIsReadTakeNoMemoryForGood() throws Exception {
        int full = start(0, "exec yes");
        await().until(() -> !sink.lines().hasRoom());
        long before = descriptors();
        for (int i = 0; i < WorkerOutput.MOST_LEFT; i++) {
            int pid = start(i, "echo lost >&2; echo lost");
            await().until(() -> output.lastError(pid).isPresent());
            reap(pid);
        }

        await().until(() -> descriptors() <= before + WorkerOutput.MOST_LEFT);
        await().until(() -> sink.linesDropped() >= WorkerOutput.MOST_LEFT);
        assertThat(posix.hasEnded(full)).isFalse();
    }

    @Test
    void aWorkerInheritsTheStreamsWhereNothingIsToBeRead() throws Exception {
        output.read(false);
        long before = descriptors();

        int pid = start(0, "exit 0");

        assertThat(descriptors()).isLessThan(before + 2);
        assertThat(output.lastError(pid)).isEmpty();
    }

    @Test
    void theLastErrorOfAWorkerIsKnown() {
        sink.beginToRead();
        int pid = start(0, "echo out; echo first >&2; echo 'no module app' >&2; echo >&2; sleep 600");

        await().until(() ->
                output.lastError(pid).filter("no module app"::equals).isPresent());
    }

    @Test
    void aPollThatFailsIsTriedAgain() {
        AtomicInteger failures = new AtomicInteger(2);
        output.close();
        output = new WorkerOutput(
                failing("awaitReadable", failures, Errno.ENOMEM), sink.lines(), () -> LogFormat.TEXT, warnings::add);
        output.read(true);
        sink.beginToRead();

        int pid = start(0, "echo one; exec sleep 600");

        await().until(() -> sink.read().contains(mark(0, pid) + "one"));
        assertThat(failures).hasValue(0);
    }

    @Test
    void aPollThatAlwaysFailsDoesNotHoldUpTheEnd() {
        output.close();
        output = new WorkerOutput(
                failing("awaitReadable", new AtomicInteger(Integer.MAX_VALUE), Errno.EINVAL),
                sink.lines(),
                () -> LogFormat.TEXT,
                warnings::add);
        output.read(true);
        sink.beginToRead();
        int pid = start(0, "echo one");
        await().until(() -> posix.hasEnded(pid));

        output.close();
        output = new WorkerOutput(posix, sink.lines(), () -> LogFormat.TEXT, warnings::add);

        await().until(() -> sink.read().contains(mark(0, pid) + "one"));
    }

    /** The real system calls, of which this one fails so many times. */
    private Posix failing(String call, AtomicInteger times, Errno errno) {
        return (Posix) Proxy.newProxyInstance(
                Posix.class.getClassLoader(), new Class<?>[] {Posix.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals(call) && times.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                        throw new ErrnoException(call, errno);
                    }
                    try {
                        return method.invoke(posix, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void workersInheritTheStreamsWhileTheThreadCannotBeStarted() {
        AtomicBoolean noPids = new AtomicBoolean(true);
        output.close();
        output = new WorkerOutput(
                posix, sink.lines(), () -> LogFormat.TEXT, warnings::add, task -> startedUnless(noPids, task));
        output.read(true);
        output.read(true);

        int inheriting = start(0, "exec sleep 600");
        assertThat(output.lastError(inheriting)).isEmpty();
        reap(kill(inheriting));
        assertThat(warnings).extracting(Entry::event).containsExactly(EventName.SETTINGS_WARNING);
        assertThat(warnings.get(0).toString()).contains("--log-tag", "pids.max", "unable to create native thread");

        noPids.set(false);
        output.read(true);
        sink.beginToRead();
        int pid = start(0, "echo one; exec sleep 600");
        await().until(() -> sink.read().contains(mark(0, pid) + "one"));
        assertThat(warnings).hasSize(1);
    }

    private int kill(int pid) {
        posix.killGroup(pid, Signal.KILL);
        return pid;
    }

    private static Thread startedUnless(AtomicBoolean noPids, Runnable task) {
        return new Thread(task) {
            @Override
            public void start() {
                if (noPids.get()) {
                    throw new OutOfMemoryError("unable to create native thread: possibly out of memory");
                }
                super.start();
            }
        };
    }

    @Test
    void aThreadIsThereOnlyWhereSomethingMayBeRead() {
        output.close();
        AtomicInteger threads = new AtomicInteger();
        output = new WorkerOutput(posix, sink.lines(), () -> LogFormat.TEXT, warnings::add, task -> {
            threads.incrementAndGet();
            return new Thread(task);
        });

        output.read(false);
        assertThat(threads).hasValue(0);
        output.read(true);
        output.read(false);
        output.read(true);
        assertThat(threads).hasValue(1);
    }

    @Test
    void theMasterWaitsForNothingWhileLinesAreBeingCut() throws Exception {
        CountDownLatch cutting = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        output.close();
        output = new WorkerOutput(posix, sink.lines(), () -> formatAfter(cutting, goOn), warnings::add);
        output.read(true);
        sink.beginToRead();
        ExecutorService master = Executors.newSingleThreadExecutor();
        try {
            int first = start(0, "echo one >&2");
            assertThat(cutting.await(60, TimeUnit.SECONDS)).isTrue();
            await().until(() -> posix.hasEnded(first));

            int second = master.submit(() -> {
                        int pid = start(1, "echo two");
                        assertThat(output.lastError(first)).contains("one");
                        reap(first);
                        return pid;
                    })
                    .get(60, TimeUnit.SECONDS);

            assertThat(sink.read()).isEmpty();
            goOn.countDown();
            await().until(() -> sink.read().size() == 2);
            assertThat(sink.read()).containsExactlyInAnyOrder(mark(0, first) + "one", mark(1, second) + "two");
        } finally {
            goOn.countDown();
            master.shutdownNow();
        }
    }

    /** Asked for by the thread that cuts lines, before each of its pieces. */
    private static LogFormat formatAfter(CountDownLatch asked, CountDownLatch goOn) {
        asked.countDown();
        try {
            goOn.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return LogFormat.TEXT;
    }

    @Test
    void atTheEndAllThatWasWrittenIsPassedOn() {
        sink.beginToRead();
        int pid = start(0, "echo one; printf two; exec sleep 600");
        await().until(() -> sink.read().contains(mark(0, pid) + "one"));

        output.close();
        output = new WorkerOutput(posix, sink.lines(), () -> LogFormat.TEXT, warnings::add);

        await().until(() -> sink.read().contains(mark(0, pid) + "two"));
    }
}
