package dev.prefork.library;

import dev.prefork.library.Configuration.Call;
import dev.prefork.library.Configuration.Hooks;
import dev.prefork.library.Configuration.Recovered;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;

/** Turns reports into calls of hooks, and what a hook throws into a {@link Failure}. */
final class HookReports implements ReportListener.Selective {
    private final Hooks hooks;
    private boolean failed;

    HookReports(Hooks hooks) {
        this.hooks = hooks;
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
        call("onChildSpawn", hooks.onChildSpawn(), started.pid());
        started.replaces()
                .ifPresent(old -> call("onChildRecover", hooks.onChildRecover(), new Recovered(old, started.pid())));
    }

    @Override
    public void on(Report.FirstGenerationStarted first) {
        call("onMasterReady", hooks.onMasterReady(), first.pids());
    }

    @Override
    public void on(Report.FirstGenerationReady first) {
        call("onWorkersReady", hooks.onWorkersReady(), first.pids());
    }

    /** Errors too: a hook that fails an assertion must not take the master down past its own end. */
    static <T> void call(String name, Call<T> hook, T what) {
        try {
            hook.with(what);
        } catch (Throwable e) {
            throw Failure.ofHook(name, e);
        }
    }
}
