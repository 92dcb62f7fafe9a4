package dev.prefork.it.builtin;

import static dev.prefork.Waits.await;
import static dev.prefork.it.builtin.RunningMaster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.MemoryCgroup;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.ProgramUnderTest;
import dev.prefork.it.Tools;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A pod whose memory limit is changed while it runs. */
class ResizeIT {
    private static final long MIB = 1L << 20;

    /** Carries one worker: 160 for the master, 192 for each worker. */
    private static final long SMALL = 520 * MIB;

    private static final long LARGE = 1024 * MIB;

    /** (520 - 160) / 1 = 360; three quarters of 296. */
    private static final String HEAP_OF_ONE_IN_SMALL = "-Xmx222m";

    /** (1024 - 160) / 2 = 432; three quarters of 368. Natively (1024 - 64) / 2 = 480; half of 464. */
    private static final String HEAP_OF_TWO_IN_LARGE = ProgramUnderTest.expect("-Xmx276m", "-Xmx232m");

    /** (520 - 160) / 2 = 180; three quarters of 116. Natively (520 - 64) / 2 = 228; half of 212. */
    private static final String HEAP_OF_TWO_IN_SMALL = ProgramUnderTest.expect("-Xmx87m", "-Xmx106m");

    /** The memory that carries one JVM carries many of the others. */
    private static final String NATIVELY = "the cores alone decide on the number of its workers here";

    @RegisterExtension
    final Processes processes = new Processes();

    private MemoryCgroup cgroup;

    @BeforeEach
    void limit() {
        Tools.requireCores(2);
        cgroup = MemoryCgroup.limitedTo(SMALL);
    }

    @AfterEach
    void unlimit() {
        cgroup.close();
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void theNumberOfWorkersAndTheirHeapsFollowIt(Jdk jdk) throws IOException {
        ProgramUnderTest.requireJvm(NATIVELY);
        RunningMaster master = start(jdk, "--workers", "auto");
        long first = worker(master, 0);
        assertHeap(first, HEAP_OF_ONE_IN_SMALL);

        cgroup.limit(LARGE);
        master.process().awaitLine("the limits have changed: 2 workers: ", PATIENCE);
        master.process()
                .awaitLine("from now on each worker: .*heap 276 MiB of 432 MiB: \\(1 GiB limit - 160 MiB", PATIENCE);
        master.process().awaitLine("scaling from 1 to 2 workers: the limits have changed", PATIENCE);
        master.process().awaitLine("reloading [12] workers?: the limits have changed", PATIENCE);
        master.awaitReload(1);
        await().atMost(PATIENCE).until(() -> master.metric("prefork_workers{state=\"ready\"}") == 2);
        long second = worker(master, 1);
        long third = worker(master, 0);
        assertThat(third).isNotEqualTo(first);
        assertHeap(second, HEAP_OF_TWO_IN_LARGE);
        assertHeap(third, HEAP_OF_TWO_IN_LARGE);
        assertThat(master.awaitAnswersOf(2)).isEqualTo(Set.of(second, third));

        // Refused while there is more in use; what is cached goes first.
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            cgroup.limit(SMALL);
            return true;
        });
        master.process().awaitLine("the limits have changed: 1 worker: ", PATIENCE);
        master.process().awaitLine("worker 1 \\(pid " + second + "\\) stopping: scaling down", PATIENCE);
        master.process().awaitLine("worker 1 \\(pid " + second + "\\) stopped after ", PATIENCE);
        master.awaitReload(2);
        assertThat(master.metric("prefork_workers_desired")).isEqualTo(1);
        assertThat(worker(master, 0)).isNotEqualTo(third);
        assertHeap(worker(master, 0), HEAP_OF_ONE_IN_SMALL);
        stop(master);
    }

    @Test
    void aNumberThatWasAskedForStaysAndItsHeapsFollow() throws IOException {
        RunningMaster master = start(Jdks.running(), "--workers", "2");
        List<Long> both = master.process().children();
        both.forEach(worker -> assertHeap(worker, HEAP_OF_TWO_IN_SMALL));

        cgroup.limit(LARGE);
        master.process().awaitLine("the limits have changed: 2 workers, as configured", PATIENCE);

        master.awaitReload(1);
        assertThat(master.awaitAnswersOf(2)).doesNotContainAnyElementsOf(both);
        master.process().children().forEach(worker -> assertHeap(worker, HEAP_OF_TWO_IN_LARGE));
        assertThat(master.metric("prefork_workers_desired")).isEqualTo(2);
        assertThat(master.process().stdout()).doesNotContain("scaling from");
        stop(master);
    }

    /** What one of two gets does not grow because one would be enough for the memory: there are two all the same. */
    @Test
    void whereThereMustBeTwoTheyShareASmallLimit() throws IOException {
        ProgramUnderTest.requireJvm(NATIVELY);
        cgroup.limit(LARGE);
        RunningMaster master = start(Jdks.running(), "--workers", "auto", "--min-ready", "2");
        master.process().children().forEach(worker -> assertHeap(worker, HEAP_OF_TWO_IN_LARGE));

        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            cgroup.limit(SMALL);
            return true;
        });
        master.process().awaitLine("the limits have changed: ", PATIENCE);
        master.process().awaitLine("from now on each worker: ", PATIENCE);

        master.awaitReload(1);
        master.process().children().forEach(worker -> assertHeap(worker, HEAP_OF_TWO_IN_SMALL));
        assertThat(master.metric("prefork_workers_desired")).isEqualTo(2);
        stop(master);
    }

    @Test
    void nothingFollowsItWhereThatIsNotWanted() throws IOException {
        ProgramUnderTest.requireJvm(NATIVELY);
        RunningMaster master = start(Jdks.running(), "--workers", "auto", "--resize=false");
        cgroup.limit(LARGE);

        // Three times as long as it takes to be seen where it is looked for.
        long until = System.nanoTime() + Duration.ofSeconds(6).toNanos();
        do {
            assertHeap(replacement(master, 0), HEAP_OF_ONE_IN_SMALL);
        } while (System.nanoTime() < until);

        assertThat(master.metric("prefork_workers_desired")).isEqualTo(1);
        assertThat(master.process().stdout()).doesNotContain("the limits have changed");
        stop(master);
    }

    private RunningMaster start(Jdk jdk, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--recover-threshold", "100", "--recover-interval-max", "1s"));
        return RunningMaster.of(RunningMaster.launch(processes, jdk, all.toArray(String[]::new))
                .inside(cgroup)
                .start());
    }

    /** Kills a worker, waits until another has taken its place and is ready, and returns that one's pid. */
    private static long replacement(RunningMaster master, int slot) throws IOException {
        long dead = worker(master, slot);
        Proc.signal(dead, "KILL");
        master.process().awaitLine("worker " + slot + " .* started to replace pid " + dead, PATIENCE);
        await().atMost(PATIENCE)
                .until(() -> master.metric("prefork_worker_up{worker=\"" + slot + "\"}") == 1
                        && worker(master, slot) != dead);
        return worker(master, slot);
    }

    private static long worker(RunningMaster master, int slot) {
        return master.process().children().stream()
                .filter(child ->
                        Integer.toString(slot).equals(Proc.environment(child).get("PREFORK_SLOT")))
                .findFirst()
                .orElseThrow();
    }

    private static void assertHeap(long worker, String option) {
        assertThat(Proc.commandLine(worker))
                .filteredOn(word -> word.startsWith("-Xmx"))
                .containsExactly(option);
    }

    private void stop(RunningMaster master) {
        assertThat(cgroup.oomKills()).isZero();
        master.process().signal("TERM");
        assertThat(master.process().awaitExit(PATIENCE)).isZero();
        assertThat(master.process().family()).isEmpty();
    }
}
