package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.os.Signal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What may follow what in a slot, and in the life of the process in it. */
class TransitionsTest {
    private static final Worker.Ready READY = new Worker.Ready(1, 1, false);
    private static final Ending OWN_WILL = new Ending.OwnWill(2);
    private static final Ending ASKED = new Ending.Asked(3);
    private static final Ending OVERDUE = new Ending.Overdue(3);
    private static final Ending HUNG = Ending.Hung.begin(true, 3);

    private static final Slot.Start BOOT = new Slot.Start(StartReason.BOOT, 0);

    private static Worker worker(Worker.State... states) {
        Worker worker = new Worker(0, 100, BOOT, 0);
        List.of(states).forEach(worker::become);
        return worker;
    }

    private static void assertRefused(Worker worker, Worker.State next) {
        assertThatThrownBy(() -> worker.become(next))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("pid 100 cannot change from ");
    }

    @Test
    void aProcessThatIsEndingNeverServesAgain() {
        for (Ending ending : List.of(OWN_WILL, ASKED, OVERDUE)) {
            assertRefused(worker(ending), READY);
        }
        assertRefused(worker(READY, HUNG), READY);
    }

    @Test
    void aProcessThatWasGivenUpOnIsNotAskedToStopAndOnlyKilled() {
        Ending killed = new Ending.Killed(OVERDUE, 4);

        assertRefused(worker(OVERDUE), ASKED);
        assertRefused(worker(READY, HUNG), ASKED);
        assertRefused(worker(OVERDUE, killed), new Ending.Killed(killed, 5));
        assertThat(worker(OVERDUE, killed).state()).isEqualTo(killed);
    }

    @Test
    void onlyAStartCanBeOverdueAndOnlyAWorkerThatServedCanHang() {
        assertRefused(worker(READY), OVERDUE);
        assertRefused(worker(), HUNG);
    }

    @Test
    void aKillFollowsTheEndThatItCutsShort() {
        assertRefused(worker(READY), new Ending.Killed(ASKED, 4));
        assertRefused(worker(ASKED), new Ending.Killed(OVERDUE, 4));
    }

    @Test
    void oneThatEndsByItselfMayStillBeAskedToWhichMakesItsEndPlanned() {
        Worker worker = worker(READY, OWN_WILL);
        assertThat(worker.isPlanned()).isFalse();
        worker.become(ASKED, Signal.TERM);

        assertThat(worker.isPlanned()).isTrue();
        assertThat(worker.next()).contains(new Action.SignalGroup(100, Signal.TERM));
        assertThat(worker(ASKED, new Ending.Killed(ASKED, 4)).isPlanned()).isTrue();
    }

    @Test
    void aSlotIsFilledByTheSpawnThatWasAskedForAndNotBeforeTheLastProcessIsGone() {
        Slot slot = new Fleet(Policy.Workers.of(1), BOOT, () -> 0, 0).get(0);
        Slot.Waiting waiting = new Slot.Waiting(1, BOOT);
        assertThatThrownBy(() -> slot.transition(worker()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("place 0 cannot change from Waiting");
        slot.transition(new Slot.Spawning(BOOT));
        slot.transition(worker());

        assertThatThrownBy(() -> slot.transition(waiting)).isInstanceOf(IllegalStateException.class);
        slot.transition(Slot.EMPTY);
        assertThatThrownBy(() -> slot.transition(new Slot.Spawning(BOOT))).isInstanceOf(IllegalStateException.class);
        slot.transition(waiting);
        assertThat(slot.content()).isEqualTo(waiting);
    }
}
