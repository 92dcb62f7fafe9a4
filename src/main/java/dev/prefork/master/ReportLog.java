package dev.prefork.master;

import static dev.prefork.master.Log.Level.ERROR;
import static dev.prefork.master.Log.Level.INFO;
import static dev.prefork.master.Log.Level.WARN;

import dev.prefork.supervise.Event;
import dev.prefork.supervise.Exit;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import dev.prefork.supervise.StartReason;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Writes one line for each report, at the level its cause deserves. */
final class ReportLog implements ReportListener.Every {
    private static final String SURVIVED =
            "survived SIGKILL (uninterruptible sleep, or another user?); not waiting any longer";
    private static final double NANOS_PER_SECOND = 1e9;

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
        log.log(INFO, worker(started.slot(), started.pid()) + "started" + standby + place);
    }

    @Override
    public void on(Report.WorkerNotStarted failed) {
        log.log(WARN, "worker " + failed.slot() + " could not be started: " + failed.reason());
    }

    @Override
    public void on(Report.WorkerReady ready) {
        log.log(INFO, worker(ready.slot(), ready.pid()) + "ready after " + seconds(ready.startupNanos()));
    }

    @Override
    public void on(Report.StandbyReady ready) {
        log.log(INFO, worker(ready.slot(), ready.pid()) + "standing by after " + seconds(ready.startupNanos()));
    }

    @Override
    public void on(Report.StandbyTookOver tookOver) {
        String from = tookOver.instead().map(old -> " from " + old).orElse(": one more is wanted");
        log.log(INFO, worker(tookOver.slot(), tookOver.pid()) + "takes over" + from);
    }

    @Override
    public void on(Report.StandbyAccepts standby) {
        log.log(
                WARN,
                worker(standby.slot(), standby.pid()) + "accepts connections although it is to stand by: it lacks"
                        + " Prefork as a dependency; no standby is started any more");
    }

    @Override
    public void on(Report.FirstGenerationStarted started) {
        // The banner's, which knows the listeners.
    }

    @Override
    public void on(Report.StartsAreCheap starts) {
        log.log(
                INFO,
                "a start takes no more than " + TimeUnit.NANOSECONDS.toMillis(starts.cpuNanos()) + " ms of CPU: up to "
                        + starts.atOnce() + " workers start at once from now on");
    }

    @Override
    public void on(Report.FirstGenerationReady ready) {
        // The banner's too.
    }

    @Override
    public void on(Report.WorkerStopping stopping) {
        log.log(INFO, worker(stopping.slot(), stopping.pid()) + "stopping: " + stopping.why());
    }

    @Override
    public void on(Report.WorkerHung hung) {
        log.log(
                ERROR,
                worker(hung.slot(), hung.pid()) + "sent no heartbeat for " + seconds(hung.silentNanos())
                        + ", watchdog timeout: terminating it");
    }

    @Override
    public void on(Report.WorkerStalled stalled) {
        Event.Stall stall = stalled.stall();
        log.log(
                ERROR,
                worker(stalled.slot(), stalled.pid()) + "has accepted nothing and used no CPU for "
                        + seconds(stalled.idleNanos()) + " while " + stall.waiting()
                        + (stall.waiting() == 1 ? " connection waits on " : " connections wait on ") + stall.listener()
                        + ", watchdog timeout: terminating it");
    }

    @Override
    public void on(Report.WorkerKilled killed) {
        String how = killed.hurried() ? "killed at once" : "did not stop in time, killing it";
        log.log(WARN, worker(killed.slot(), killed.pid()) + how);
    }

    @Override
    public void on(Report.RecoveryDelayed delayed) {
        log.log(
                WARN,
                "worker " + delayed.slot() + " restarts in " + seconds(delayed.delayNanos()) + ", after "
                        + delayed.failures() + (delayed.failures() == 1 ? " failure" : " consecutive failures"));
    }

    @Override
    public void on(Report.ThresholdExceeded exceeded) {
        String span = exceeded.windowNanos() == 0 ? " since the start" : " within " + seconds(exceeded.windowNanos());
        log.log(
                ERROR,
                exceeded.exits() + " unexpected worker exits" + span + ", more than the recover threshold of "
                        + exceeded.threshold() + "; giving up");
    }

    @Override
    public void on(Report.StopBegan began) {
        log.log(
                INFO,
                "stopping " + began.workers() + (began.workers() == 1 ? " worker: " : " workers: ") + began.why());
    }

    @Override
    public void on(Report.DrainBegan began) {
        log.log(INFO, "draining: unready, but keeps serving for " + seconds(began.nanos()));
    }

    @Override
    public void on(Report.Scaled scaled) {
        String workers = scaled.to() == 1 ? " worker: " : " workers: ";
        log.log(INFO, "scaling from " + scaled.from() + " to " + scaled.to() + workers + scaled.why());
    }

    @Override
    public void on(Report.ScaleRefused refused) {
        log.log(WARN, refused.why());
    }

    @Override
    public void on(Report.RolloutBegan began) {
        log.log(INFO, "reloading " + workers(began.workers()) + ": " + began.why());
    }

    @Override
    public void on(Report.RolloutCompleted completed) {
        log.log(INFO, "reload completed: " + workers(completed.workers()) + " in " + seconds(completed.nanos()));
    }

    @Override
    public void on(Report.RolloutAborted aborted) {
        log.log(
                aborted.byStop() ? INFO : ERROR,
                "reload aborted, " + aborted.left() + " of " + workers(aborted.workers()) + " stay as they were: "
                        + aborted.why());
    }

    @Override
    public void on(Report.RolloutSuperseded superseded) {
        log.log(INFO, "the reload in course is given up for another one");
    }

    @Override
    public void on(Report.ReloadRefused refused) {
        log.log(WARN, refused.why());
    }

    @Override
    public void on(Report.RoomMissing missing) {
        log.log(
                WARN,
                worker(missing.slot(), missing.pid())
                        + "stops before its replacement starts: the memory limit carries no worker more at the moment");
    }

    @Override
    public void on(Report.RecycleAsked asked) {
        log.log(INFO, worker(asked.slot(), asked.pid()) + "is to be replaced: " + asked.why());
    }

    @Override
    public void on(Report.WorkerTookOver tookOver) {
        // The old one's line, that it stops, names the new one.
    }

    @Override
    public void on(Report.WorkerAbandoned abandoned) {
        log.log(ERROR, abandoned.survivor() + " " + SURVIVED);
    }

    @Override
    public void on(Report.AdoptedAbandoned abandoned) {
        log.log(ERROR, abandoned.process() + ", which a worker left behind, " + SURVIVED);
    }

    @Override
    public void on(Report.QueueEmptied emptied) {
        if (!queues) {
            return;
        }
        if (emptied.waiting() == 0) {
            log.log(INFO, "accept queue empty after " + seconds(emptied.nanos()));
        } else {
            log.log(
                    WARN,
                    connections(emptied.waiting()) + " could not be accepted within " + seconds(emptied.nanos())
                            + "; ending the workers, which may still take some");
        }
    }

    @Override
    public void on(Report.QueueClosed closed) {
        int taken = closed.waited() - closed.left();
        if (closed.left() == 0) {
            log.log(INFO, connections(taken) + " that still waited got accepted before the last worker ended");
        } else {
            String rest = taken == 0 ? "" : "; " + taken + " that waited as well got accepted in time";
            log.log(WARN, connections(closed.left()) + " never got accepted and will be reset" + rest);
        }
    }

    @Override
    public void on(Report.WorkerExited exited) {
        String worker = worker(exited.slot(), exited.pid());
        Exit exit = exited.exit();
        if (exit.cause() == Exit.Cause.OOM) {
            log.log(ERROR, worker + "was OOM-killed; raise the memory limit or lower --workers");
        } else if (exit.planned() && exited.stopNanos() == 0) {
            log.log(INFO, worker + "exited after it had asked to be replaced (" + exit + ")");
        } else if (exit.planned()) {
            log.log(INFO, worker + "stopped after " + seconds(exited.stopNanos()) + " (" + exit + ")");
        } else if (exit.cause() == Exit.Cause.SIGNAL) {
            String hint = Exit.isKill(exit.status()) ? ", not sent by the master: possibly an OOM kill" : "";
            log.log(ERROR, worker + "killed by " + exit + hint);
        } else {
            log.log(WARN, worker + "exited unexpectedly: " + exit);
        }
    }

    private static String workers(int count) {
        return count + (count == 1 ? " worker" : " workers");
    }

    private static String connections(int count) {
        return count + (count == 1 ? " connection" : " connections");
    }

    /** How each line about a worker begins. */
    static String worker(int slot, int pid) {
        return "worker " + slot + " (pid " + pid + ") ";
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.2f s", nanos / NANOS_PER_SECOND);
    }
}
