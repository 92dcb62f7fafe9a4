package dev.prefork.master;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.LeakCheck;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.supervise.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the loop lets others see of itself and its workers, and what it gives these to keep. */
class MasterWatchedTest {
    private final LeakCheck leaks = new LeakCheck();
    private final MasterBench.Setup setup = new MasterBench.Setup();
    private final Kept kept = new Kept();

    @AfterEach
    void nothingIsLeft() {
        kept.close();
        leaks.assertNothingLeft();
    }

    /** A piece of memory for each start, which the worker can read and write. */
    private static final class Kept implements InheritedDescriptor {
        private final Posix posix = Posix.system();
        private final List<Integer> descriptors = new CopyOnWriteArrayList<>();
        private final List<String> order = new CopyOnWriteArrayList<>();
        private volatile boolean possible = true;

        @Override
        public String variable() {
            return "KEPT";
        }

        @Override
        public OptionalInt descriptorFor(int slot) {
            order.add("descriptor " + slot);
            if (!possible) {
                return OptionalInt.empty();
            }
            int fd = posix.memory("kept");
            posix.writeAt(fd, ("for " + slot).getBytes(StandardCharsets.US_ASCII), 0);
            descriptors.add(fd);
            return OptionalInt.of(fd);
        }

        String text(int index) {
            byte[] text = new byte[100];
            return new String(text, 0, posix.readAt(descriptors.get(index), text, 0), StandardCharsets.US_ASCII);
        }

        void close() {
            descriptors.forEach(posix::close);
            descriptors.clear();
        }
    }

    private static void awaitReady(MasterBench bench, int workers) {
        await().until(() -> bench.master.snapshot().ready() == workers);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aWorkerThatHasEndedIsLookedAtBeforeItIsReaped() throws Exception {
        Map<Integer, String> looks = new ConcurrentHashMap<>();
        List<Integer> exitsBefore = new CopyOnWriteArrayList<>();
        setup.lastLook = pid -> looks.merge(
                pid,
                read(Path.of("/proc/" + pid + "/stat"))
                        .replaceFirst(".*\\) ", "")
                        .substring(0, 1),
                String::concat);
        setup.listeners.add(report -> {
            if (report instanceof Report.WorkerExited exited && looks.containsKey(exited.pid())) {
                exitsBefore.add(exited.pid());
            }
        });
        List<Integer> pids = new ArrayList<>();
        try (MasterBench bench = setup.start()) {
            awaitReady(bench, 2);
            pids.addAll(List.of(bench.pid(0), bench.pid(1)));
            bench.posix.kill(pids.get(0), Signal.KILL);
            await().until(() -> bench.master.snapshot().ready() == 2 && bench.pid(0) != pids.get(0));
            pids.add(bench.pid(0));
            bench.master.stop("enough");
            bench.outcome.get();
        }
        assertThat(looks).as("each once, a zombie").containsOnlyKeys(pids).allSatisfy((pid, state) -> assertThat(state)
                .isEqualTo("Z"));
        assertThat(exitsBefore).containsExactlyInAnyOrderElementsOf(pids);
    }

    @Test
    void aLastLookThatFailsHarmsNothing() throws Exception {
        setup.lastLook = pid -> {
            throw new IllegalStateException("no eyes");
        };
        try (MasterBench bench = setup.start()) {
            awaitReady(bench, 2);
            int victim = bench.pid(1);
            bench.posix.kill(victim, Signal.KILL);
            await().until(() ->
                    bench.pid(1) != victim && bench.master.snapshot().ready() == 2);

            assertThat(bench.log)
                    .anyMatch(line -> line.startsWith("WARN cannot read the resource usage of pid " + victim + ": ")
                            && line.endsWith("no eyes"));
            assertThat(bench.outcome).isNotDone();
        }
    }

    @Test
    void signalsAreCountedWhetherTheyMeanSomethingOrNot() throws Exception {
        setup.mode = MasterMode.ENTRYPOINT;
        try (MasterBench bench = setup.start()) {
            awaitReady(bench, 2);
            raise(bench, Signal.WINCH, 1);
            raise(bench, Signal.WINCH, 2);
            raise(bench, Signal.USR1, 1);
            raise(bench, Signal.TTIN, 1);
            raise(bench, Signal.TTOU, 1);
            assertThat(bench.master.received(Signal.TERM)).isZero();
            assertThat(bench.master.received(Signal.HUP)).isZero();
            raise(bench, Signal.TERM, 1);
            bench.outcome.get();
            assertThat(bench.master.received(Signal.WINCH)).isEqualTo(2);
        }
    }

    private static void raise(MasterBench bench, Signal signal, long count) {
        sun.misc.Signal.raise(new sun.misc.Signal(signal.name()));
        await().until(() -> bench.master.received(signal) == count);
    }

    @Test
    void aWorkerIsToldOfItsKeepsakeAndMayUseIt(@TempDir Path directory) throws Exception {
        setup.workers = 1;
        setup.inheritedDescriptor = Optional.of(kept);
        setup.program = MasterBench.script("eval \"cat <&$KEPT\" > " + directory
                + "/read; eval \"echo , thanks >&$KEPT\"; : > " + directory + "/done; exec sleep 60");
        try (MasterBench bench = setup.start()) {
            await().until(() -> Files.exists(directory.resolve("done")));
            assertThat(read(directory.resolve("read"))).isEqualTo("for 0");
            assertThat(kept.text(0)).isEqualTo("for 0, thanks\n");
            assertThat(bench.pid(0)).isPositive();
        }
        assertThat(kept.text(0)).as("it outlives the worker").isEqualTo("for 0, thanks\n");
    }

    @Test
    void everyStartHasItsOwnKeepsakeAndIsToldBeforeTheNextOne() throws Exception {
        setup.workers = 3;
        setup.inheritedDescriptor = Optional.of(kept);
        setup.listeners.add(report -> {
            if (report instanceof Report.WorkerStarted started) {
                kept.order.add("started " + started.slot());
            }
        });
        try (MasterBench bench = setup.start()) {
            awaitReady(bench, 3);
            int victim = bench.pid(1);
            bench.posix.kill(victim, Signal.KILL);
            await().until(() ->
                    bench.pid(1) != victim && bench.master.snapshot().ready() == 3);
        }
        assertThat(kept.order)
                .containsExactly(
                        "descriptor 0",
                        "started 0",
                        "descriptor 1",
                        "started 1",
                        "descriptor 2",
                        "started 2",
                        "descriptor 1",
                        "started 1");
        assertThat(kept.descriptors).doesNotHaveDuplicates().hasSize(4);
    }

    @Test
    void whereThereIsNoKeepsakeAWorkerDoesWithoutAndInheritsNobodyElses(@TempDir Path directory) throws Exception {
        setup.environment.put("PREFORK_BOARD", "9");
        setup.environment.put("OTHER", "kept");
        setup.program = MasterBench.script("cd " + directory + "; echo ${PREFORK_BOARD-none} ${KEPT-none} $OTHER >"
                + " $PREFORK_SLOT.tmp; mv $PREFORK_SLOT.tmp $PREFORK_SLOT; exec sleep 60");
        kept.possible = false;
        setup.inheritedDescriptor = Optional.of(kept);
        try (MasterBench bench = setup.start()) {
            await().until(() -> Files.exists(directory.resolve("1")));
            assertThat(read(directory.resolve("1"))).isEqualTo("none none kept");
            awaitReady(bench, 2);
        }
    }
}
