package dev.prefork.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.WaitStatus;
import dev.prefork.supervise.Exit;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.StartReason;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SlotHistoryTest {
    private long now = 1;
    private final SlotHistory history = new SlotHistory(() -> now);

    private void start(int slot, int pid, StartReason reason) {
        history.on(new Report.WorkerStarted(slot, pid, reason, OptionalInt.empty()));
    }

    private void exit(int slot, int pid, Exit.Cause cause, boolean planned) {
        history.on(new Report.WorkerExited(slot, pid, new Exit(new WaitStatus.Exited(7), cause, planned), 0));
    }

    @Test
    void aSlotThatWasNeverFilledHasNoHistory() {
        assertThat(history.of(3)).isEqualTo(new SlotHistory.Slot(0, 0, java.util.Optional.empty()));
        assertThat(history.generation(100)).isEmpty();
    }

    @Test
    void eachProcessInASlotIsAGenerationAndOnlyRecoveriesAreRestarts() {
        start(0, 100, StartReason.BOOT);
        assertThat(history.generation(100)).hasValue(1);
        exit(0, 100, Exit.Cause.EXIT, false);
        start(0, 101, StartReason.RECOVER);
        start(0, 102, StartReason.RELOAD);

        assertThat(history.generation(101)).as("beside its replacement").hasValue(2);
        assertThat(history.generation(102)).hasValue(3);
        assertThat(history.of(0).starts()).isEqualTo(3);
        assertThat(history.of(0).restarts()).isEqualTo(1);
    }

    @Test
    void oneThatWasKilledOnPurposeIsNotRestarted() {
        start(0, 100, StartReason.BOOT);
        exit(0, 100, Exit.Cause.KILLED, true);
        start(0, 101, StartReason.RECOVER);
        assertThat(history.of(0).restarts()).isZero();

        exit(0, 101, Exit.Cause.EXIT, false);
        start(0, 102, StartReason.RECOVER);
        assertThat(history.of(0).restarts()).isEqualTo(1);
    }

    @Test
    void theLastExitIsKeptWithItsMoment() {
        start(0, 100, StartReason.BOOT);
        start(1, 101, StartReason.BOOT);
        now = 42;
        exit(0, 100, Exit.Cause.EXIT, false);
        start(0, 102, StartReason.RECOVER);

        SlotHistory.LastExit last = history.of(0).lastExit().orElseThrow();
        assertThat(last.pid()).isEqualTo(100);
        assertThat(last.at()).isEqualTo(42);
        assertThat(last.exit().planned()).isFalse();
        assertThat(history.of(1).lastExit()).isEmpty();
        assertThat(history.generation(100)).as("one that is gone").isEmpty();
    }
}
