package dev.prefork.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.notify.Notification;
import dev.prefork.notify.NotifySocket;
import dev.prefork.notify.NotifySockets;
import dev.prefork.notify.Sender;
import dev.prefork.os.Posix;
import dev.prefork.supervise.Event;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Of two workers, 100 in slot 2 and 200, the first one's socket is sent to. */
class NotificationsTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<String> log = new ArrayList<>();
    private final Set<Integer> workers = new HashSet<>(Set.of(100, 200));
    private final Set<Integer> stopping = new HashSet<>();
    private final Notifications notifications =
            new Notifications(workers::contains, stopping::contains, entry -> log.add(entry.level() + " " + entry));
    private final NotifySockets sockets = NotifySockets.open(Posix.system());
    private final NotifySocket socket = sockets.openFor(2);
    private long now;

    NotificationsTest() {
        socket.startedAs(100);
    }

    @AfterEach
    void close() {
        sockets.close();
    }

    @Test
    void eachAssignmentIsToldToTheSupervisor() {
        assertThat(from("READY=1\nWATCHDOG=1\nSTOPPING=1\nSTATUS=up", 100, 100))
                .containsExactly(
                        new Event.StatusNotified(100, "up"),
                        new Event.ReadyNotified(100),
                        new Event.WatchdogNotified(100),
                        new Event.StoppingNotified(100));
        assertThat(from("BARRIER=1", 100, 100)).isEmpty();
        assertThat(log).containsExactly("INFO worker 2 (pid 100) says: up");
    }

    @Test
    void itsGroupAndItsDescendantsSpeakForAWorker() {
        assertThat(from("READY=1", 150, 100)).containsExactly(new Event.ReadyNotified(100));
        assertThat(from("READY=1", 151, 151, 150, 100)).containsExactly(new Event.ReadyNotified(100));
        assertThat(from("READY=1", 152, 152, 100, 100, 90, 90)).containsExactly(new Event.ReadyNotified(100));
        assertThat(notifications.refused()).isZero();
    }

    @Test
    void ofASenderThatIsGoneTheSocketTellsWhoseItWasButNotThatAWorkerStops() {
        Sender gone = new Sender(999, List.of());
        assertThat(read("READY=1\nSTOPPING=1", gone)).containsExactly(new Event.ReadyNotified(100));
        assertThat(notifications.refused()).isZero();
    }

    @Test
    void aWorkerIsReplacedWhenItAsksForThatButNotWhenASenderThatIsGoneDid() {
        assertThat(from("PREFORK_RECYCLE=1", 100, 100))
                .containsExactly(new Event.RecycleAsked(100, "it asked for that (PREFORK_RECYCLE=1)", true));
        assertThat(log).isEmpty();

        Sender gone = new Sender(999, List.of());
        assertThat(read("PREFORK_RECYCLE=1", gone)).isEmpty();
        assertThat(read("PREFORK_RECYCLE=1", gone)).isEmpty();
        assertThat(log)
                .containsExactly(
                        "WARN worker 2 (pid 100) sent PREFORK_RECYCLE=1, which is ignored: its sender has exited before it"
                                + " could be looked up; let it wait for the message to be read, as systemd-notify does by"
                                + " itself");
    }

    @Test
    void aSenderOutsideOfThePidNamespaceIsNoWorkers() {
        assertThat(read("READY=1", new Sender(0, List.of()))).isEmpty();
        assertThat(notifications.refused()).isEqualTo(1);
        assertThat(log)
                .containsExactly(
                        "WARN worker 2 (pid 100) did not send what came in its name, which is ignored: its sender"
                                + " is in another pid namespace");
    }

    @Test
    void anotherWorkerAndItsDescendantsAreRefusedAndThatIsLoggedOnce() {
        for (int i = 0; i < 100; i++) {
            assertThat(from("READY=1\nSTATUS=forged\nMAINPID=1", 200, 200)).isEmpty();
            assertThat(from("STOPPING=1", 201, 201, 200, 200)).isEmpty();
        }
        assertThat(notifications.refused()).isEqualTo(200);
        assertThat(log)
                .containsExactly("WARN worker 2 (pid 100) did not send what came in its name, which is ignored: pid 200"
                        + " belongs to the worker with pid 200");
    }

    @Test
    void theSessionOfAnotherWorkerDecidesWhateverTheRestSays() {
        assertThat(read("STOPPING=1", new Sender(201, List.of(200, 201, 100, 100))))
                .isEmpty();
        assertThat(read("STOPPING=1", new Sender(101, List.of(100, 101, 200))))
                .containsExactly(new Event.StoppingNotified(100));
        assertThat(log).singleElement().asString().endsWith("pid 201 belongs to the worker with pid 200");
    }

    @Test
    void aLivingStrangerIsRefusedAndSoIsWhatIsLeftOfAnotherWorkersGroup() {
        assertThat(from("READY=1", 300, 300, 50, 50)).isEmpty();
        workers.remove(200);
        assertThat(from("READY=1", 201, 200)).isEmpty();
        assertThat(notifications.refused()).isEqualTo(2);
        assertThat(log)
                .containsExactly("WARN worker 2 (pid 100) did not send what came in its name, which is ignored: pid 300"
                        + " is not a worker's");
    }

    @Test
    void aWorkerThatIsReapedIsNotHeardAnyMore() {
        workers.remove(100);
        assertThat(from("READY=1", 150, 100)).isEmpty();
        assertThat(log).isEmpty();
        assertThat(notifications.refused()).isZero();
    }

    @Test
    void whatIsIgnoredIsLoggedOnceForEachWorker() {
        for (int i = 0; i < 100; i++) {
            from("MAINPID=1\nRELOADING=1", 100, 100);
            from("FDSTORE" + i + "=1", 100, 100);
        }
        assertThat(log)
                .containsExactly(
                        "WARN worker 2 (pid 100) sent MAINPID, which is ignored: the main process of a worker cannot"
                                + " change",
                        "INFO worker 2 (pid 100) sent RELOADING, which is ignored: Prefork does not know it");

        notifications.forget(200);
        from("MAINPID=1", 100, 100);
        assertThat(log).hasSize(2);
        notifications.forget(100);
        from("MAINPID=1", 100, 100);
        assertThat(log).as("the pid of another worker by now").hasSize(3);
    }

    @Test
    void healthIsToldBeforeReadinessAndLoggedOnceForEachChange() {
        assertThat(from("READY=1\nPREFORK_HEALTH=DOWN database: refused", 100, 100))
                .containsExactly(
                        new Event.HealthNotified(100, Optional.of("database: refused")), new Event.ReadyNotified(100));
        from("PREFORK_HEALTH=DOWN database: refused", 100, 100);
        assertThat(from("PREFORK_HEALTH=UP", 100, 100))
                .containsExactly(new Event.HealthNotified(100, Optional.empty()));
        from("PREFORK_HEALTH=UP", 100, 100);

        assertThat(log)
                .containsExactly(
                        "WARN worker 2 (pid 100) is not ready: its own checks are DOWN: database: refused",
                        "INFO worker 2 (pid 100) is ready again: its own checks are UP");
    }

    @Test
    void oneThatWasNeverDownIsNotSaidToBeUpAndOneThatFlapsNotWithoutEnd() {
        from("PREFORK_HEALTH=UP", 100, 100);
        assertThat(log).isEmpty();
        for (int i = 0; i < 100; i++) {
            assertThat(from("PREFORK_HEALTH=DOWN " + i, 100, 100)).hasSize(1);
        }
        assertThat(log).hasSize(5);
    }

    @Test
    void anotherReasonOfTheSameChecksIsNotWorthALineAndTheirEndAlwaysIs() {
        for (int i = 0; i < 100; i++) {
            from("PREFORK_HEALTH=DOWN database: attempt " + i + "; queue: full", 100, 100);
        }
        from("PREFORK_HEALTH=UP", 100, 100);
        assertThat(log)
                .containsExactly(
                        "WARN worker 2 (pid 100) is not ready: its own checks are DOWN: database: attempt 0; queue: full",
                        "INFO worker 2 (pid 100) is ready again: its own checks are UP");

        for (int i = 0; i < 100; i++) {
            from("PREFORK_HEALTH=DOWN check " + i, 100, 100);
        }
        from("PREFORK_HEALTH=UP", 100, 100);
        assertThat(log).hasSize(5).last().asString().contains("DOWN");
        now += 10 * SECOND;
        // A worker repeats what it has said.
        from("PREFORK_HEALTH=UP", 100, 100);
        assertThat(log).hasSize(6).last().isEqualTo("INFO worker 2 (pid 100) is ready again: its own checks are UP");
    }

    @Test
    void thatAWorkerIsNotReadyWhileItStopsIsNotWorthALine() {
        stopping.add(100);
        from("PREFORK_HEALTH=DOWN graceful shutdown", 100, 100);
        assertThat(log).isEmpty();
    }

    @Test
    void healthIsNotTakenFromASenderOfWhomNothingIsKnown() {
        assertThat(read("PREFORK_HEALTH=DOWN x", new Sender(999, List.of()))).isEmpty();
        assertThat(log)
                .singleElement()
                .asString()
                .startsWith("WARN worker 2 (pid 100) sent PREFORK_HEALTH, which is ignored: its sender has exited");
    }

    @Test
    void aStatusIsLoggedOnceForEachChangeAndNotTooOften() {
        for (int i = 0; i < 3; i++) {
            from("STATUS=same", 100, 100);
            assertThat(from("STATUS=", 100, 100)).containsExactly(new Event.StatusNotified(100, ""));
        }
        assertThat(log).as("blank between, so three changes").hasSize(3);
        from("STATUS=another", 100, 100);
        from("STATUS=another", 100, 100);
        assertThat(log).hasSize(4);

        for (int i = 0; i < 1000; i++) {
            assertThat(from("STATUS=round " + i, 100, 100)).hasSize(1);
        }
        assertThat(log).hasSize(5).last().isEqualTo("INFO worker 2 (pid 100) says: round 0");
        now += 10 * SECOND;
        from("STATUS=later", 100, 100);
        from("STATUS=still later", 100, 100);
        assertThat(log).hasSize(6).last().isEqualTo("INFO worker 2 (pid 100) says: later");
    }

    private List<Event> from(String message, Integer pid, Integer... family) {
        List<Integer> all = new ArrayList<>(List.of(pid));
        all.addAll(List.of(family));
        return read(message, new Sender(pid, all));
    }

    private List<Event> read(String message, Sender sender) {
        Notification notification = Notification.parse(message.getBytes(StandardCharsets.UTF_8));
        return notifications.read(new NotifySockets.Received(socket, sender, notification), now);
    }
}
