package dev.prefork.master;

import static dev.prefork.log.Level.ERROR;
import static dev.prefork.log.Level.INFO;
import static dev.prefork.log.Level.WARN;

import dev.prefork.log.Entry;
import dev.prefork.log.EventName;
import dev.prefork.log.Key;
import dev.prefork.log.Level;
import dev.prefork.log.Log;
import dev.prefork.os.WaitStatus;
import dev.prefork.supervise.Event;
import dev.prefork.supervise.Exit;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import dev.prefork.supervise.StartReason;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** Writes one line for each report, at the level its cause deserves. */
final class ReportLog implements ReportListener.Every {
    private static final String SURVIVED =
            "survived SIGKILL (uninterruptible sleep, or another user?); not waiting any longer";
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double HUNDRED = 100;

    private final Log log;
    private final boolean queues;

    /** @param queues whether there are accept queues to speak of */
    ReportLog(Log log, boolean queues) {
        this.log = log;
        this.queues = queues;
    }

    @Override
    public void on(Report.WorkerStarted started) {
        String place = started.replaces().isPresent()
                ? " to replace pid " + started.replaces().getAsInt()
                : "";
        String standby = started.reason() == StartReason.STANDBY ? " as a standby" : "";
        Entry entry = Entry.ofWorker(
                        started.slot(), started.pid(), INFO, EventName.WORKER_STARTED, "started" + standby + place)
                .with(Key.REASON, word(started.reason()));
        log.log(withOldPid(entry, started.replaces()));
    }

    @Override
    public void on(Report.WorkerNotStarted failed) {
        log.log(Entry.ofSlot(
                        failed.slot(), WARN, EventName.WORKER_START_FAILED, "could not be started: " + failed.reason())
                .with(Key.WHY, failed.reason()));
    }

    @Override
    public void on(Report.WorkerReady ready) {
        log.log(Entry.ofWorker(
                        ready.slot(),
                        ready.pid(),
                        INFO,
                        EventName.WORKER_READY,
                        "ready after " + seconds(ready.startupNanos()))
                .with(Key.SECONDS, decimal(ready.startupNanos())));
    }

    @Override
    public void on(Report.StandbyReady ready) {
        log.log(Entry.ofWorker(
                        ready.slot(),
                        ready.pid(),
                        INFO,
                        EventName.STANDBY_READY,
                        "standing by after " + seconds(ready.startupNanos()))
                .with(Key.SECONDS, decimal(ready.startupNanos())));
    }

    @Override
    public void on(Report.StandbyTookOver tookOver) {
        String from = tookOver.instead().map(old -> " from " + old).orElse(": one more is wanted");
        Entry entry =
                Entry.ofWorker(tookOver.slot(), tookOver.pid(), INFO, EventName.STANDBY_TOOK_OVER, "takes over" + from);
        log.log(tookOver.instead()
                .map(old -> entry.with(Key.OLD_SLOT, old.slot()).with(Key.OLD_PID, old.pid()))
                .orElse(entry));
    }

    @Override
    public void on(Report.StandbyAccepts standby) {
        log.log(Entry.ofWorker(
                standby.slot(),
                standby.pid(),
                WARN,
                EventName.STANDBY_ACCEPTS,
                "accepts connections although it is to stand by: it lacks"
                        + " Prefork as a dependency; no standby is started any more"));
    }

    @Override
    public void on(Report.FirstGenerationStarted started) {
        // The banner's, which knows the listeners.
    }

    @Override
    public void on(Report.StartsAreCheap starts) {
        log.log(Entry.of(
                        INFO,
                        EventName.START_LIMIT_RAISED,
                        "a start takes no more than " + TimeUnit.NANOSECONDS.toMillis(starts.cpuNanos())
                                + " ms of CPU: up to " + starts.atOnce() + " workers start at once from now on")
                .with(Key.AT_ONCE, starts.atOnce()));
    }

    @Override
    public void on(Report.FirstGenerationReady ready) {
        // The banner's too.
    }

    @Override
    public void on(Report.WorkerStopping stopping) {
        log.log(Entry.ofWorker(
                        stopping.slot(), stopping.pid(), INFO, EventName.WORKER_STOPPING, "stopping: " + stopping.why())
                .with(Key.WHY, stopping.why()));
    }

    @Override
    public void on(Report.WorkerHung hung) {
        log.log(Entry.ofWorker(
                        hung.slot(),
                        hung.pid(),
                        ERROR,
                        EventName.WORKER_HUNG,
                        "sent no heartbeat for " + seconds(hung.silentNanos()) + ", watchdog timeout: terminating it")
                .with(Key.SECONDS, decimal(hung.silentNanos())));
    }

    @Override
    public void on(Report.WorkerStalled stalled) {
        Event.Stall stall = stalled.stall();
        log.log(Entry.ofWorker(
                        stalled.slot(),
                        stalled.pid(),
                        ERROR,
                        EventName.WORKER_STALLED,
                        "has accepted nothing and used no CPU for "
                                + seconds(stalled.idleNanos()) + " while " + stall.waiting()
                                + (stall.waiting() == 1 ? " connection waits on " : " connections wait on ")
                                + stall.listener()
                                + ", watchdog timeout: terminating it")
                .with(Key.SECONDS, decimal(stalled.idleNanos()))
                .with(Key.WAITING, stall.waiting())
                .with(Key.LISTENER, stall.listener()));
    }

    @Override
    public void on(Report.WorkerKilled killed) {
        String how = killed.hurried() ? "killed at once" : "did not stop in time, killing it";
        log.log(Entry.ofWorker(killed.slot(), killed.pid(), WARN, EventName.WORKER_KILLED, how));
    }

    @Override
    public void on(Report.RecoveryDelayed delayed) {
        log.log(Entry.ofSlot(
                        delayed.slot(),
                        WARN,
                        EventName.WORKER_RESTART_DELAYED,
                        "restarts in " + seconds(delayed.delayNanos()) + ", after " + delayed.failures()
                                + (delayed.failures() == 1 ? " failure" : " consecutive failures"))
                .with(Key.SECONDS, decimal(delayed.delayNanos()))
                .with(Key.FAILURES, delayed.failures()));
    }

    @Override
    public void on(Report.ThresholdExceeded exceeded) {
        String span = exceeded.windowNanos() == 0 ? " since the start" : " within " + seconds(exceeded.windowNanos());
        log.log(Entry.of(
                        ERROR,
                        EventName.THRESHOLD_EXCEEDED,
                        exceeded.exits() + " unexpected worker exits" + span + ", more than the recover threshold of "
                                + exceeded.threshold() + "; giving up")
                .with(Key.FAILURES, exceeded.exits())
                .with(Key.THRESHOLD, exceeded.threshold())
                .with(Key.SECONDS, decimal(exceeded.windowNanos())));
    }

    @Override
    public void on(Report.StopBegan began) {
        log.log(Entry.of(
                        INFO,
                        EventName.STOP_BEGAN,
                        "stopping " + began.workers() + (began.workers() == 1 ? " worker: " : " workers: ")
                                + began.why())
                .with(Key.WHY, began.why())
                .with(Key.WORKERS, began.workers()));
    }

    @Override
    public void on(Report.DrainBegan began) {
        log.log(Entry.of(
                        INFO,
                        EventName.DRAIN_BEGAN,
                        "draining: unready, but keeps serving for " + seconds(began.nanos()))
                .with(Key.SECONDS, decimal(began.nanos())));
    }

    @Override
    public void on(Report.Scaled scaled) {
        String workers = scaled.to() == 1 ? " worker: " : " workers: ";
        log.log(Entry.of(
                        INFO,
                        EventName.SCALED,
                        "scaling from " + scaled.from() + " to " + scaled.to() + workers + scaled.why())
                .with(Key.WHY, scaled.why())
                .with(Key.WORKERS, scaled.to())
                .with(Key.FROM, scaled.from()));
    }

    @Override
    public void on(Report.ScaleRefused refused) {
        log.log(Entry.of(WARN, EventName.SCALE_REFUSED, refused.why()));
    }

    @Override
    public void on(Report.RolloutBegan began) {
        log.log(Entry.of(INFO, EventName.RELOAD_BEGAN, "reloading " + workers(began.workers()) + ": " + began.why())
                .with(Key.WHY, began.why())
                .with(Key.VERSION, began.version())
                .with(Key.WORKERS, began.workers()));
    }

    @Override
    public void on(Report.RolloutCompleted completed) {
        log.log(Entry.of(
                        INFO,
                        EventName.RELOAD_COMPLETED,
                        "reload completed: " + workers(completed.workers()) + " in " + seconds(completed.nanos()))
                .with(Key.SECONDS, decimal(completed.nanos()))
                .with(Key.VERSION, completed.version())
                .with(Key.WORKERS, completed.workers()));
    }

    @Override
    public void on(Report.RolloutAborted aborted) {
        log.log(Entry.of(
                        aborted.byStop() ? INFO : ERROR,
                        EventName.RELOAD_ABORTED,
                        "reload aborted, " + aborted.left() + " of " + workers(aborted.workers())
                                + " stay as they were: " + aborted.why())
                .with(Key.WHY, aborted.why())
                .with(Key.VERSION, aborted.version())
                .with(Key.WORKERS, aborted.workers())
                .with(Key.LEFT, aborted.left()));
    }

    @Override
    public void on(Report.RolloutSuperseded superseded) {
        log.log(Entry.of(INFO, EventName.RELOAD_SUPERSEDED, "the reload in course is given up for another one")
                .with(Key.VERSION, superseded.version()));
    }

    @Override
    public void on(Report.ReloadRefused refused) {
        log.log(Entry.of(WARN, EventName.RELOAD_REFUSED, refused.why()).with(Key.WHY, refused.why()));
    }

    @Override
    public void on(Report.RoomMissing missing) {
        log.log(Entry.ofWorker(
                missing.slot(),
                missing.pid(),
                WARN,
                EventName.MEMORY_SHORT,
                "stops before its replacement starts: the memory limit carries no worker more at the moment"));
    }

    @Override
    public void on(Report.RecycleAsked asked) {
        log.log(Entry.ofWorker(
                        asked.slot(),
                        asked.pid(),
                        INFO,
                        EventName.WORKER_RECYCLING,
                        "is to be replaced: " + asked.why())
                .with(Key.WHY, asked.why()));
    }

    @Override
    public void on(Report.WorkerTookOver tookOver) {
        String what = tookOver.from().isPresent()
                ? "serves in the place of pid " + tookOver.from().getAsInt()
                : "serves in the place of one that has ended";
        log.log(withOldPid(
                Entry.ofWorker(tookOver.slot(), tookOver.pid(), INFO, EventName.WORKER_REPLACED, what),
                tookOver.from()));
    }

    @Override
    public void on(Report.WorkerAbandoned abandoned) {
        String what = abandoned.ended() ? "has ended, but a process that it started " : "";
        log.log(Entry.ofWorker(abandoned.slot(), abandoned.pid(), ERROR, EventName.WORKER_ABANDONED, what + SURVIVED));
    }

    @Override
    public void on(Report.AdoptedAbandoned abandoned) {
        log.log(Entry.of(
                ERROR, EventName.PROCESS_ABANDONED, abandoned.process() + ", which a worker left behind, " + SURVIVED));
    }

    @Override
    public void on(Report.QueueEmptied emptied) {
        if (!queues) {
            return;
        }
        if (emptied.waiting() == 0) {
            log.log(Entry.of(INFO, EventName.QUEUE_EMPTIED, "accept queue empty after " + seconds(emptied.nanos()))
                    .with(Key.SECONDS, decimal(emptied.nanos()))
                    .with(Key.WAITING, emptied.waiting()));
        } else {
            log.log(Entry.of(
                            WARN,
                            EventName.QUEUE_EMPTIED,
                            connections(emptied.waiting()) + " could not be accepted within " + seconds(emptied.nanos())
                                    + "; ending the workers, which may still take some")
                    .with(Key.SECONDS, decimal(emptied.nanos()))
                    .with(Key.WAITING, emptied.waiting()));
        }
    }

    @Override
    public void on(Report.QueueClosed closed) {
        int taken = closed.waited() - closed.left();
        if (closed.left() == 0) {
            log.log(Entry.of(
                            INFO,
                            EventName.QUEUE_CLOSED,
                            connections(taken) + " that still waited got accepted before the last worker ended")
                    .with(Key.WAITING, closed.left()));
        } else {
            String rest = taken == 0 ? "" : "; " + taken + " that waited as well got accepted in time";
            log.log(Entry.of(
                            WARN,
                            EventName.QUEUE_CLOSED,
                            connections(closed.left()) + " never got accepted and will be reset" + rest)
                    .with(Key.WAITING, closed.left()));
        }
    }

    @Override
    public void on(Report.WorkerExited exited) {
        Exit exit = exited.exit();
        if (exit.cause() == Exit.Cause.OOM) {
            say(exited, ERROR, "was OOM-killed; raise the memory limit or lower --workers");
        } else if (exit.planned() && exited.stopNanos() == 0) {
            say(exited, INFO, "exited after it had asked to be replaced (" + exit + ")");
        } else if (exit.planned()) {
            say(exited, INFO, "stopped after " + seconds(exited.stopNanos()) + " (" + exit + ")");
        } else if (exit.cause() == Exit.Cause.SIGNAL) {
            String hint = Exit.isKill(exit.status()) ? ", not sent by the master: possibly an OOM kill" : "";
            say(exited, ERROR, "killed by " + exit + hint);
        } else {
            say(exited, WARN, "exited unexpectedly: " + exit);
        }
    }

    private void say(Report.WorkerExited exited, Level level, String what) {
        Exit exit = exited.exit();
        Entry entry = Entry.ofWorker(exited.slot(), exited.pid(), level, EventName.WORKER_EXITED, what)
                .with(Key.CAUSE, word(exit.cause()))
                .with(Key.PLANNED, exit.planned());
        if (exited.stopNanos() != 0) {
            entry = entry.with(Key.SECONDS, decimal(exited.stopNanos()));
        }
        if (exit.status() instanceof WaitStatus.Exited status) {
            entry = entry.with(Key.EXIT_CODE, status.code());
        } else if (exit.status() instanceof WaitStatus.Signaled status) {
            entry = entry.with(Key.SIGNAL_NUMBER, status.signal());
        }
        log.log(
                exit.lastError().isPresent()
                        ? entry.with(Key.LAST_ERROR, exit.lastError().get())
                        : entry);
    }

    private static Entry withOldPid(Entry entry, OptionalInt pid) {
        return pid.isPresent() ? entry.with(Key.OLD_PID, pid.getAsInt()) : entry;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String workers(int count) {
        return count + (count == 1 ? " worker" : " workers");
    }

    private static String connections(int count) {
        return count + (count == 1 ? " connection" : " connections");
    }

    /** To the hundredth, as in the text. */
    private static double decimal(long nanos) {
        return Math.round(nanos / NANOS_PER_SECOND * HUNDRED) / HUNDRED;
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.2f s", nanos / NANOS_PER_SECOND);
    }
}
