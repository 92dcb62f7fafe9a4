package dev.prefork.quarkus.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.app.LoopThread.Progress;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.StopPhase;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BootTurnTest {
    private static final double LOOK = BootTurn.LOOK.toMillis() / 1000.0;

    private final AtomicInteger looks = new AtomicInteger();

    /** What is seen at each look. */
    private boolean after(IntFunction<Progress> progress, IntToDoubleFunction cpu) {
        return after(progress, cpu, look -> StopPhase.NONE);
    }

    private boolean after(IntFunction<Progress> progress, IntToDoubleFunction cpu, IntFunction<StopPhase> stop) {
        return new BootTurn(
                        (Duration limit) -> progress.apply(looks.incrementAndGet()),
                        () -> snapshot(stop.apply(looks.get())),
                        (Set<Integer> pids) -> cpu.applyAsDouble(looks.get()))
                .await();
    }

    private static Snapshot snapshot(StopPhase stop) {
        return new Snapshot(
                1,
                List.of(),
                new Snapshot.Startup(false, 0, OptionalLong.empty()),
                stop,
                new Snapshot.Recovery(0, 1, List.of()));
    }

    @Test
    void workersThatBootGoFirst() {
        boolean boots = after(look -> look < 20 ? Progress.BOOTING : Progress.UP, look -> look * LOOK);

        assertThat(boots).isTrue();
        assertThat(looks).hasValue(20);
    }

    @Test
    void workersThatWaitForSomethingElseAreNotWaitedFor() {
        assertThat(after(look -> Progress.BOOTING, look -> look < 5 ? look * LOOK : 4 * LOOK))
                .isTrue();
        assertThat(looks).hasValue(4 + BootTurn.IDLE_LOOKS);
    }

    @Test
    void oneIdleLookIsNotEnough() {
        assertThat(after(look -> look < 10 ? Progress.BOOTING : Progress.UP, look -> (look / 2) * LOOK))
                .isTrue();
        assertThat(looks).hasValue(10);
    }

    @Test
    void aWorkerThatWasReplacedBootsAgain() {
        after(look -> look < 9 ? Progress.BOOTING : Progress.UP, look -> look == 8 ? 0 : look * LOOK);

        assertThat(looks).hasValue(9);
    }

    @Test
    void howeverBusyTheyAreTheTurnComes() {
        assertThat(after(look -> Progress.BOOTING, look -> look * LOOK)).isTrue();
        assertThat(looks).hasValue(BootTurn.MOST_LOOKS);
    }

    @Test
    void forAMasterThatEndsNothingBoots() {
        assertThat(after(look -> look < 3 ? Progress.BOOTING : Progress.OVER, look -> look * LOOK))
                .isFalse();
        assertThat(looks).hasValue(3);
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void inAStopNothingBoots(StopPhase phase) {
        boolean boots = after(look -> Progress.BOOTING, look -> 0, look -> look < 2 ? StopPhase.NONE : phase);

        assertThat(boots).isFalse();
        assertThat(looks).hasValue(2);
    }

    @Test
    void workersThatAreUpWhenTheStopBeginsAreNoReasonToBoot() {
        assertThat(after(look -> Progress.UP, look -> 0, look -> StopPhase.UNREADY))
                .isFalse();
    }

    @Test
    void theKernelsFiguresGrowWithWork() {
        int own = (int) ProcessHandle.current().pid();

        assertThat(BootTurn.kernelsCount().applyAsDouble(Set.of(own))).isPositive();
        assertThat(BootTurn.kernelsCount().applyAsDouble(Set.of())).isZero();
        assertThat(BootTurn.kernelsCount().applyAsDouble(Set.of(Integer.MAX_VALUE)))
                .isZero();
    }
}
