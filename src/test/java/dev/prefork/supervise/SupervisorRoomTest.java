package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Before each replacement it is asked whether the memory carries one more. */
class SupervisorRoomTest {
    private static final WaitStatus EXITED = new WaitStatus.Exited(0);

    private static Bench bench(int workers) {
        return Bench.allReady(Bench.withReplacing(
                Bench.policy(workers),
                new Policy.Replacing(Policy.Pace.WITH_ROOM, Duration.ZERO, Optional.empty(), Duration.ZERO)));
    }

    private static Bench reload(Bench bench) {
        return bench.tell(new Event.ReloadAsked(1, "SIGHUP"));
    }

    private static Bench ready(Bench bench) {
        return bench.tell(new Event.ReadyNotified(bench.lastPid()));
    }

    @Test
    void nothingIsAskedBeforeOneIsToBeReplaced() {
        Bench bench = bench(2).pass(Duration.ofHours(1));
        bench.crash(0);
        assertThat(bench.roomMeasurements).isZero();
    }

    @Test
    void withRoomTheNewOneComesFirstAndEachIsAskedForOnce() {
        Bench bench = reload(bench(2));
        assertThat(bench.spawns.get(2).place()).isGreaterThanOrEqualTo(1 << 20);
        assertThat(bench.takeSignals()).isEmpty();
        bench.pass(Duration.ofSeconds(5));
        assertThat(bench.roomMeasurements).isEqualTo(1);

        ready(bench);
        assertThat(bench.roomMeasurements)
                .as("the old one has not given back its memory")
                .isEqualTo(1);
        bench.end(100, EXITED);
        assertThat(bench.roomMeasurements).isEqualTo(2);
        assertThat(bench.reports(Report.RoomMissing.class)).isEmpty();
    }

    @Test
    void withoutItTheOldOneGoesFirstAndThatIsSaidOnce() {
        Bench bench = bench(3);
        bench.room = false;
        reload(bench);
        assertThat(bench.reports(Report.RoomMissing.class)).containsExactly(new Report.RoomMissing(0, 100));
        assertThat(bench.takeSignals()).extracting(Action.SignalGroup::pid).containsExactly(100);
        assertThat(bench.spawns).hasSize(3);

        bench.end(100, EXITED);
        assertThat(bench.spawns.get(3)).isEqualTo(new Action.Spawn(0, 0, 1, StartReason.RELOAD));
        ready(bench);
        assertThat(bench.takeSignals()).extracting(Action.SignalGroup::pid).containsExactly(101);
        ready(bench.end(101, EXITED));
        ready(bench.end(102, EXITED));
        assertThat(bench.reports(Report.RolloutCompleted.class)).hasSize(1);
        assertThat(bench.reports(Report.RoomMissing.class)).hasSize(1);
        assertThat(bench.roomMeasurements).isEqualTo(3);
    }

    @Test
    void theNextOneMayHaveRoomAgain() {
        Bench bench = bench(2);
        bench.room = false;
        reload(bench).end(100, EXITED);
        bench.room = true;

        ready(bench);

        assertThat(bench.spawns).last().isEqualTo(new Action.Spawn(1 << 20, 1, 1, StartReason.RELOAD));
    }

    @Test
    void whileItCannotGoItIsNotAskedAgainAndAgain() {
        Bench bench = bench(3);
        bench.room = false;
        bench.refuseSpawns("EAGAIN").crash(0);
        bench.crash(1);
        reload(bench);
        assertThat(bench.roomMeasurements).isLessThanOrEqualTo(1);

        bench.pass(Duration.ofMillis(10)).pass(Duration.ofMillis(10));
        assertThat(bench.roomMeasurements).isLessThanOrEqualTo(1);
    }

    @Test
    void forARecyclingItIsAskedToo() {
        Bench bench = bench(2);
        bench.room = false;
        bench.tell(new Event.RecycleAsked(101, "it asked for it"));

        assertThat(bench.reports(Report.RoomMissing.class)).containsExactly(new Report.RoomMissing(1, 101));
        ready(bench.end(101, EXITED));
        assertThat(bench.snapshot().ready()).isEqualTo(2);
        assertThat(bench.snapshot().recovery().exits()).isZero();
    }

    @Test
    void aStopAsksNothing() {
        Bench bench = reload(bench(2).tell(new Event.StopAsked("SIGTERM", false)));
        assertThat(bench.roomMeasurements).isZero();
    }
}
