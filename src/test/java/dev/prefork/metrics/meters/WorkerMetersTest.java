package dev.prefork.metrics.meters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.WaitStatus;
import dev.prefork.procfs.Figures;
import dev.prefork.supervise.Exit;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.StartReason;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkerMetersTest {
    private static final String CPU = "prefork.worker.cpu";
    private static final String MEMORY = "prefork.worker.resident.memory";
    private static final String FILES = "prefork.worker.open.fds";
    private static final String THREADS = "prefork.worker.threads";

    private final Map<Integer, Figures> kernel = new HashMap<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final WorkerMeters meters = new WorkerMeters(
            this::read, pid -> Optional.ofNullable(read(Set.of(pid)).get(pid)));
    private Set<Integer> asked = Set.of();

    private Map<Integer, Figures> read(Set<Integer> pids) {
        asked = Set.copyOf(pids);
        Map<Integer, Figures> found = new HashMap<>(kernel);
        found.keySet().retainAll(pids);
        return found;
    }

    private void start(int slot, int pid) {
        start(slot, pid, StartReason.BOOT);
    }

    private void start(int slot, int pid, StartReason reason) {
        meters.on(new Report.WorkerStarted(slot, pid, reason, OptionalInt.empty()));
    }

    private void exit(int slot, int pid) {
        meters.on(new Report.WorkerExited(slot, pid, new Exit(new WaitStatus.Exited(0), Exit.Cause.EXIT, false), 0));
    }

    private void uses(int pid, double cpu) {
        kernel.put(pid, new Figures(cpu, 1000L + pid, OptionalInt.of(pid), 3));
    }

    private double value(String name, int slot) {
        Meter meter = registry.get(name).tag("worker", Integer.toString(slot)).meter();
        return meter.measure().iterator().next().getValue();
    }

    private boolean isThere(String name, int slot) {
        return registry.find(name).tag("worker", Integer.toString(slot)).meter() != null;
    }

    @Test
    void whatTheKernelSaysIsShownForEachSlotAsOfTheLastLook() {
        meters.bindTo(registry);
        start(0, 100);
        start(1, 101);
        uses(100, 1.5);
        uses(101, 2);
        assertThat(value(CPU, 0)).as("nobody has looked").isZero();

        meters.look();

        assertThat(asked).containsExactlyInAnyOrder(100, 101);
        assertThat(value(CPU, 0)).isEqualTo(1.5);
        assertThat(value(CPU, 1)).isEqualTo(2);
        assertThat(value(MEMORY, 0)).isEqualTo(1100);
        assertThat(value(FILES, 1)).isEqualTo(101);
        assertThat(value(THREADS, 1)).isEqualTo(3);
        assertThat(meters.cpuSeconds()).isEqualTo(3.5);
    }

    @Test
    void whileAWorkerIsReplacedASlotHasBoth() {
        meters.bindTo(registry);
        start(0, 100);
        uses(100, 1.5);
        start(0, 200);
        uses(200, 2);

        meters.look();
        assertThat(value(CPU, 0)).isEqualTo(3.5);
        assertThat(value(MEMORY, 0)).isEqualTo(2300);
        assertThat(value(FILES, 0)).isEqualTo(300);
        assertThat(value(THREADS, 0)).isEqualTo(6);

        uses(100, 1.75);
        meters.lookForTheLastTime(100);
        exit(0, 100);
        assertThat(value(CPU, 0)).as("of both, for ever").isEqualTo(3.75);
        assertThat(value(MEMORY, 0)).isEqualTo(1200);
        assertThat(meters.cpuSeconds()).isEqualTo(3.75);
    }

    @Test
    void cpuTimeGoesOnFromOneWorkerToTheNextAndNeverFalls() {
        meters.bindTo(registry);
        double shown = 0;
        double before = 0;
        for (int generation = 0; generation < 5; generation++) {
            int pid = 100 + generation;
            start(0, pid);
            for (double cpu : new double[] {0.5, 2, 1, 3}) {
                uses(pid, cpu);
                meters.look();
                assertThat(value(CPU, 0)).isGreaterThanOrEqualTo(shown);
                shown = value(CPU, 0);
            }
            assertThat(shown).isEqualTo(before + 3);
            uses(pid, 4);
            meters.lookForTheLastTime(pid);
            kernel.remove(pid);
            exit(0, pid);
            before += 4;
            assertThat(value(CPU, 0)).as("with what the zombie had").isEqualTo(before);
            assertThat(meters.cpuSeconds()).isEqualTo(before);
        }
    }

    @Test
    void aWorkerThatIsGoneUsesNothing() {
        meters.bindTo(registry);
        start(0, 100);
        uses(100, 1);
        meters.look();
        exit(0, 100);

        assertThat(value(MEMORY, 0)).isZero();
        assertThat(value(FILES, 0)).isZero();
        assertThat(value(THREADS, 0)).isZero();
        meters.look();
        assertThat(asked).isEmpty();
        assertThat(value(MEMORY, 0)).isZero();
    }

    @Test
    void aLastLookAtWhatIsNoWorkerOrIsGoneFromTheKernelChangesNothing() {
        meters.bindTo(registry);
        start(0, 100);
        uses(100, 1);
        meters.look();
        uses(999, 50);
        meters.lookForTheLastTime(999);
        kernel.remove(100);
        meters.lookForTheLastTime(100);

        assertThat(meters.cpuSeconds()).isEqualTo(1);
    }

    @Test
    void whatCannotBeSeenIsNoNumber() {
        meters.bindTo(registry);
        start(0, 100);
        kernel.put(100, new Figures(1, 2, OptionalInt.empty(), 3));
        meters.look();

        assertThat(value(FILES, 0)).isNaN();
    }

    @Test
    void aSlotThatIsNoLongerWantedKeepsItsTimeAlone() {
        meters.bindTo(registry);
        start(0, 100);
        start(1, 101);
        uses(101, 2);
        meters.look();
        meters.on(new Report.Scaled(2, 1, "SIGTTOU"));
        exit(1, 101);

        assertThat(isThere(MEMORY, 1)).isFalse();
        assertThat(isThere(FILES, 1)).isFalse();
        assertThat(isThere(THREADS, 1)).isFalse();
        assertThat(isThere(MEMORY, 0)).isTrue();
        assertThat(value(CPU, 1)).isEqualTo(2);

        meters.on(new Report.Scaled(1, 3, "SIGTTIN"));
        start(1, 102);
        start(2, 103);
        uses(102, 1);
        uses(103, 7);
        meters.look();
        assertThat(value(CPU, 1)).isEqualTo(3);
        assertThat(value(MEMORY, 1)).isEqualTo(1102);
        assertThat(value(CPU, 2)).isEqualTo(7);
    }

    @Test
    void aRegistryThatComesLateSeesAllThatIsThereAndNothingThatIsNoLongerWanted() {
        start(0, 100);
        start(1, 101);
        uses(100, 1);
        uses(101, 2);
        meters.look();
        meters.on(new Report.Scaled(2, 1, "SIGTTOU"));
        exit(1, 101);
        meters.bindTo(registry);

        assertThat(value(CPU, 0)).isEqualTo(1);
        assertThat(value(MEMORY, 0)).isEqualTo(1100);
        assertThat(value(CPU, 1)).isEqualTo(2);
        assertThat(isThere(MEMORY, 1)).isFalse();
    }

    @Test
    void oneThatIsStoppingIsShownUntilItIsGone() {
        meters.bindTo(registry);
        start(0, 100);
        start(1, 101);
        uses(101, 2);
        meters.look();
        meters.on(new Report.Scaled(2, 1, "SIGTTOU"));
        assertThat(value(MEMORY, 1)).isEqualTo(1101);

        exit(1, 101);
        assertThat(isThere(MEMORY, 1)).isFalse();
    }

    @Test
    void aStandbyIsShownWhileItIsThere() {
        meters.bindTo(registry);
        start(0, 100);
        start(1, 101, StartReason.STANDBY);
        uses(101, 2);
        meters.look();
        assertThat(value(MEMORY, 1)).isEqualTo(1101);

        exit(1, 101);
        assertThat(isThere(MEMORY, 1)).isFalse();
        assertThat(value(CPU, 1)).isEqualTo(2);

        start(1, 102, StartReason.STANDBY);
        uses(102, 1);
        meters.look();
        assertThat(value(MEMORY, 1)).isEqualTo(1102);
        assertThat(value(CPU, 1)).isEqualTo(3);
    }

    @Test
    void theNumberWhosePlaceAStandbyTakesGoesWithItsWorker() {
        meters.bindTo(registry);
        start(0, 100);
        start(1, 101, StartReason.STANDBY);
        exit(0, 100);
        assertThat(value(MEMORY, 0)).as("its place is to be filled").isZero();
        tookOver(1, 101, 0, 100);
        assertThat(isThere(MEMORY, 0)).isFalse();

        start(0, 102, StartReason.RECOVER);
        exit(0, 102);
        assertThat(isThere(MEMORY, 0)).as("it is a place's again").isTrue();
    }

    @Test
    void whatAStandbyReplacesIsShownUntilItIsGone() {
        meters.bindTo(registry);
        start(0, 100);
        start(1, 101, StartReason.STANDBY);
        tookOver(1, 101, 0, 100);
        assertThat(isThere(MEMORY, 0)).isTrue();

        exit(0, 100);
        assertThat(isThere(MEMORY, 0)).isFalse();
        assertThat(isThere(MEMORY, 1)).isTrue();
    }

    @Test
    void aNumberThatAPlaceKeptForAWhileGoesWhenItHasItsOwnAgain() {
        meters.bindTo(registry);
        start(1, 101, StartReason.STANDBY);
        exit(1, 101);
        start(1, 102, StartReason.RECOVER);
        start(0, 103, StartReason.RECYCLE);
        meters.on(new Report.WorkerTookOver(0, 103, OptionalInt.of(102)));
        exit(1, 102);

        assertThat(isThere(MEMORY, 1)).isFalse();
        assertThat(isThere(MEMORY, 0)).isTrue();
    }

    @Test
    void aReplacementOfTheSameNumberChangesNothing() {
        meters.bindTo(registry);
        start(0, 100);
        start(0, 200, StartReason.RELOAD);
        meters.on(new Report.WorkerTookOver(0, 200, OptionalInt.of(100)));
        exit(0, 100);
        exit(0, 200);

        assertThat(value(MEMORY, 0)).isZero();
    }

    /** With a standby whose number is 2, the third worker has the number 3. */
    @Test
    void fewerWorkersLeaveTheNumberOfAStandbyAlone() {
        meters.bindTo(registry);
        start(0, 100);
        start(1, 101);
        start(2, 102, StartReason.STANDBY);
        meters.on(new Report.Scaled(2, 3, "SIGTTIN"));
        start(3, 103, StartReason.SCALE);
        meters.on(new Report.Scaled(3, 2, "SIGTTOU"));
        exit(3, 103);

        assertThat(isThere(MEMORY, 2)).isTrue();
        assertThat(isThere(MEMORY, 3)).isFalse();
    }

    private void tookOver(int standby, int pid, int instead, int oldPid) {
        meters.on(new Report.StandbyTookOver(
                standby, pid, instead, Optional.of(new Report.Predecessor(instead, oldPid))));
    }
}
