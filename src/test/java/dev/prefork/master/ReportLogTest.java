package dev.prefork.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.log.Entry;
import dev.prefork.log.EventName;
import dev.prefork.log.Level;
import dev.prefork.os.WaitStatus;
import dev.prefork.supervise.Adopted;
import dev.prefork.supervise.Event;
import dev.prefork.supervise.Exit;
import dev.prefork.supervise.Outcome;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.StartReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReportLogTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<Entry> said = new ArrayList<>();
    private final ReportLog log = new ReportLog(said::add, true);

    private static final Map<Report, String> NAMES = Map.ofEntries(
            Map.entry(
                    new Report.WorkerStarted(1, 2, StartReason.RECOVER, OptionalInt.of(3)),
                    "worker-started {reason=recover, old_pid=3}"),
            Map.entry(new Report.WorkerNotStarted(1, "ENOMEM"), "worker-start-failed {why=ENOMEM}"),
            Map.entry(new Report.WorkerReady(1, 2, SECOND / 4), "worker-ready {seconds=0.25}"),
            Map.entry(new Report.StandbyReady(1, 2, SECOND), "standby-ready {seconds=1.0}"),
            Map.entry(
                    new Report.StandbyTookOver(4, 2, 1, Optional.of(new Report.Predecessor(1, 7))),
                    "standby-took-over {old_pid=7, old_slot=1}"),
            Map.entry(new Report.StandbyAccepts(4, 2), "standby-accepts {}"),
            Map.entry(new Report.StartsAreCheap(1000, 20), "start-limit-raised {at_once=20}"),
            Map.entry(new Report.WorkerStopping(1, 2, "the pod stops"), "worker-stopping {why=the pod stops}"),
            Map.entry(new Report.WorkerHung(1, 2, 5 * SECOND), "worker-hung {seconds=5.0}"),
            Map.entry(
                    new Report.WorkerStalled(1, 2, 5 * SECOND, new Event.Stall("http", OptionalInt.empty(), 9, SECOND)),
                    "worker-stalled {seconds=5.0, waiting=9, listener=http}"),
            Map.entry(new Report.WorkerKilled(1, 2, true), "worker-killed {}"),
            Map.entry(
                    exited(new WaitStatus.Exited(3), Exit.Cause.EXIT, false, 0),
                    "worker-exited {cause=exit, exit_code=3, planned=false}"),
            Map.entry(
                    new Report.RecoveryDelayed(1, 2, SECOND / 10), "worker-restart-delayed {seconds=0.1, failures=2}"),
            Map.entry(
                    new Report.ThresholdExceeded(5, 4, 60 * SECOND),
                    "threshold-exceeded {seconds=60.0, failures=5, threshold=4}"),
            Map.entry(new Report.StopBegan("SIGTERM", Outcome.STOPPED, 2), "stop-began {why=SIGTERM, workers=2}"),
            Map.entry(new Report.DrainBegan(5 * SECOND), "drain-began {seconds=5.0}"),
            Map.entry(new Report.QueueEmptied(0, SECOND), "queue-emptied {seconds=1.0, waiting=0}"),
            Map.entry(new Report.QueueClosed(3, 1), "queue-closed {waiting=1}"),
            Map.entry(new Report.Scaled(2, 3, "SIGTTIN"), "scaled {why=SIGTTIN, workers=3, from=2}"),
            Map.entry(new Report.ScaleRefused("at least one"), "scale-refused {}"),
            Map.entry(new Report.RolloutBegan(1, "SIGHUP", 2), "reload-began {why=SIGHUP, version=1, workers=2}"),
            Map.entry(
                    new Report.RolloutCompleted(1, 2, SECOND), "reload-completed {seconds=1.0, version=1, workers=2}"),
            Map.entry(
                    new Report.RolloutAborted(1, "it exited", 1, 2),
                    "reload-aborted {why=it exited, version=1, workers=2, left=1}"),
            Map.entry(new Report.RolloutSuperseded(1, 2), "reload-superseded {version=1}"),
            Map.entry(new Report.ReloadRefused("stopping"), "reload-refused {why=stopping}"),
            Map.entry(new Report.RoomMissing(1, 2), "memory-short {}"),
            Map.entry(new Report.RecycleAsked(1, 2, "its age"), "worker-recycling {why=its age}"),
            Map.entry(new Report.WorkerTookOver(1, 2, OptionalInt.of(7)), "worker-replaced {old_pid=7}"),
            Map.entry(new Report.WorkerAbandoned(1, 2, true), "worker-abandoned {}"),
            Map.entry(new Report.AdoptedAbandoned(new Adopted(9, "sleep")), "process-abandoned {}"));

    private static Report exited(WaitStatus status, Exit.Cause cause, boolean planned, long stopNanos) {
        return new Report.WorkerExited(1, 2, new Exit(status, cause, planned), stopNanos);
    }

    private Entry say(Report report) {
        said.clear();
        log.on(report);
        assertThat(said).as(report.toString()).hasSize(1);
        return said.get(0);
    }

    @Test
    void eachReportHasOneNameAndItsFacts() {
        NAMES.forEach((report, expected) -> {
            Entry entry = say(report);

            assertThat(entry.event().text() + " " + entry.facts()).isEqualTo(expected);
            assertThat(entry.event().levels()).contains(entry.level());
        });
    }

    @Test
    void noTwoReportsHaveTheSameName() {
        assertThat(NAMES.keySet().stream().map(report -> say(report).event())).doesNotHaveDuplicates();
    }

    /** But for the two that the banner speaks for. */
    @Test
    void noReportIsLeftOut() {
        Stream<Class<?>> kinds = Arrays.stream(Report.class.getPermittedSubclasses());
        List<? extends Class<?>> banners =
                List.of(Report.FirstGenerationStarted.class, Report.FirstGenerationReady.class);

        assertThat(kinds.filter(kind -> !banners.contains(kind)))
                .containsExactlyInAnyOrderElementsOf(
                        NAMES.keySet().stream().map(Object::getClass).toList());
    }

    @Test
    void whatIsAboutAWorkerSaysWhich() {
        NAMES.keySet().stream()
                .map(this::say)
                .filter(entry -> entry.text().startsWith("worker "))
                .forEach(entry -> {
                    assertThat(entry.slot()).as(entry.text()).isPresent();
                    assertThat(entry.text()).startsWith("worker " + entry.slot().getAsInt() + " ");
                });
        assertThat(say(new Report.WorkerReady(2, 4711, SECOND)).text())
                .isEqualTo("worker 2 (pid 4711) ready after 1.00 s");
    }

    @Test
    void anUnexpectedExitNamesTheLastErrorAndAPlannedOneOnlyKnowsIt() {
        Optional<String> line = Optional.of("no such table");
        Entry unexpected = say(new Report.WorkerExited(
                1, 2, new Exit(new WaitStatus.Exited(7), Exit.Cause.EXIT, false, false, line), 0));
        assertThat(unexpected.text())
                .isEqualTo("worker 1 (pid 2) exited unexpectedly: exit code 7, last error: no such table");
        assertThat(unexpected.facts()).containsEntry("last_error", "no such table");

        Entry planned = say(new Report.WorkerExited(
                1, 2, new Exit(new WaitStatus.Exited(0), Exit.Cause.EXIT, true, false, line), SECOND));
        assertThat(planned.text()).isEqualTo("worker 1 (pid 2) stopped after 1.00 s (exit code 0)");
    }

    @Test
    void anExitIsAsLoudAsItsCause() {
        assertThat(say(exited(new WaitStatus.Exited(0), Exit.Cause.EXIT, true, SECOND)))
                .extracting(Entry::level, each -> each.facts().toString())
                .containsExactly(Level.INFO, "{cause=exit, exit_code=0, planned=true, seconds=1.0}");
        assertThat(say(exited(new WaitStatus.Signaled(9, false), Exit.Cause.SIGNAL, false, 0)))
                .extracting(Entry::level, each -> each.facts().toString())
                .containsExactly(Level.ERROR, "{cause=signal, signal_number=9, planned=false}");
        assertThat(say(exited(WaitStatus.UNKNOWN, Exit.Cause.OOM, false, 0)))
                .extracting(Entry::level, each -> each.facts().toString())
                .containsExactly(Level.ERROR, "{cause=oom, planned=false}");
        assertThat(said.get(0).event()).isEqualTo(EventName.WORKER_EXITED);
    }

    @Test
    void anAbortedReloadIsAnErrorUnlessAStopIsTheReason() {
        assertThat(say(new Report.RolloutAborted(1, "worker 0 (pid 7) exit code 7", 2, 3)))
                .extracting(Entry::level, Entry::text)
                .containsExactly(
                        Level.ERROR, "reload aborted, 2 of 3 workers stay as they were: worker 0 (pid 7) exit code 7");
        assertThat(say(new Report.RolloutAborted(1, "a stop has begun", 2, 3)).level())
                .isEqualTo(Level.INFO);
    }

    @Test
    void aTakeoverNamesTheWorkerWhosePlaceItIsIfThereIsOne() {
        assertThat(say(new Report.StandbyTookOver(4, 71, 1, Optional.of(new Report.Predecessor(1, 70))))
                        .text())
                .isEqualTo("worker 4 (pid 71) takes over from worker 1 (pid 70)");
        assertThat(say(new Report.StandbyTookOver(5, 72, 2, Optional.empty())).text())
                .isEqualTo("worker 5 (pid 72) takes over: one more is wanted");
    }
}
