package dev.prefork.app;

import dev.prefork.config.DurationText;
import dev.prefork.config.Options;
import dev.prefork.config.Settings;
import dev.prefork.container.Readings;
import dev.prefork.container.Sizing;
import dev.prefork.container.WorkerShare;
import dev.prefork.handoff.Handoff;
import dev.prefork.listen.Listener;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import java.util.List;
import java.util.stream.Collectors;

/** Says at the start what was bound, how many workers there are and why, and who they are. */
record Banner(int pid, Sizing sizing, List<Listener> listeners, Settings settings) implements ReportListener.Selective {
    void show(Readings readings, WorkerShare share) {
        Console.info("master (pid " + pid + ") starting "
                + (settings.command().isEmpty() ? "built-in workers" : settings.commandLine()));
        if (listeners.isEmpty()) {
            Console.info("listening on nothing (--listen none): workers bind their own ports");
        }
        for (int i = 0; i < listeners.size(); i++) {
            Listener listener = listeners.get(i);
            Console.info("listening on " + listener + ", descriptor " + (Handoff.FIRST + i)
                    + (settings.get(Options.BLOCKING_LISTENER).contains(listener.name()) ? ", blocking" : "")
                    + (listener.adopted() ? ", inherited from the parent process" : "")
                    + (listener.descriptors().size() > 1 ? ", one socket per worker" : ""));
        }
        sizing.explanation().forEach(Console::info);
        share.explanation().forEach(Console::info);
        Console.info(readings.oomRegime().explanation());
        Console.info("recover threshold "
                + settings.recoverThresholdFor(sizing.workers()) + " "
                + settings.recoverSpan()
                + ", drain delay " + DurationText.format(settings.get(Options.DRAIN_DELAY)) + ", shutdown grace period "
                + DurationText.format(settings.get(Options.SHUTDOWN_GRACE_PERIOD))
                + settings.get(Options.WATCHDOG)
                        .map(limit -> ", watchdog " + DurationText.format(limit))
                        .orElse(""));
    }

    @Override
    public void on(Report.FirstGenerationStarted first) {
        Console.info("initial workers: pids "
                + first.pids().stream().map(String::valueOf).collect(Collectors.joining(" ")));
    }

    @Override
    public void on(Report.FirstGenerationReady first) {
        Console.info("all workers ready");
    }
}
