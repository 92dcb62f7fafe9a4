package dev.prefork;

import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;

/** Turns reports into calls of hooks, and what a hook throws into {@link HookFailedException}. */
final class HookReports implements ReportListener.Selective {
    private final Prefork prefork;
    private boolean failed;

    HookReports(Prefork prefork) {
        this.prefork = prefork;
    }

    /** A call of a hook. */
    interface Call {
        void run() throws Exception;
    }

    /** One that fails is the last: what was still to be told of the same moment is not told any more. */
    @Override
    public void on(Report report) {
        if (failed) {
            return;
        }
        failed = true;
        report.tell(this);
        failed = false;
    }

    @Override
    public void on(Report.WorkerStarted started) {
        call("onChildSpawn", () -> prefork.onChildSpawn.onChildSpawn(started.pid()));
        started.replaces()
                .ifPresent(
                        old -> call("onChildRecover", () -> prefork.onChildRecover.onChildRecover(old, started.pid())));
    }

    @Override
    public void on(Report.FirstGenerationStarted first) {
        call("onMasterReady", () -> prefork.onMasterReady.onChildren(first.pids()));
    }

    @Override
    public void on(Report.FirstGenerationReady first) {
        call("onWorkersReady", () -> prefork.onWorkersReady.onChildren(first.pids()));
    }

    /** Errors too: a hook that fails an assertion must not take the master down past its own end. */
    static void call(String hook, Call call) {
        try {
            call.run();
        } catch (Exception | AssertionError | LinkageError | StackOverflowError e) {
            throw new HookFailedException(hook, e);
        }
    }
}
