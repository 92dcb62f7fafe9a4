package dev.prefork.app;

import dev.prefork.config.DurationText;
import dev.prefork.config.Options;
import dev.prefork.config.Settings;
import dev.prefork.container.Readings;
import dev.prefork.container.Sizing;
import dev.prefork.container.WorkerShare;
import dev.prefork.handoff.Handoff;
import dev.prefork.listen.Listener;
import dev.prefork.log.Entry;
import dev.prefork.log.EventName;
import dev.prefork.log.Key;
import dev.prefork.log.Level;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import java.util.List;
import java.util.stream.Collectors;

/** Says at the start what was bound, how many workers there are and why, and who they are. */
record Banner(int pid, Sizing sizing, List<Listener> listeners, Settings settings) implements ReportListener.Selective {
    void show(Readings readings, WorkerShare share) {
        String what = settings.command().isEmpty() ? "built-in workers" : settings.commandLine();
        Console.log(Entry.of(Level.INFO, EventName.MASTER_STARTING, "master (pid " + pid + ") starting " + what)
                .with(Key.WORKERS, sizing.workers()));
        if (listeners.isEmpty()) {
            Console.info(EventName.LISTENING, "listening on nothing (--listen none): workers bind their own ports");
        }
        for (int i = 0; i < listeners.size(); i++) {
            Listener listener = listeners.get(i);
            String line = "listening on " + listener + ", descriptor " + (Handoff.FIRST + i)
                    + (settings.get(Options.BLOCKING_LISTENER).contains(listener.name()) ? ", blocking" : "")
                    + (listener.adopted() ? ", inherited from the parent process" : "")
                    + (listener.descriptors().size() > 1 ? ", one socket per worker" : "");
            Console.log(Entry.of(Level.INFO, EventName.LISTENING, line)
                    .with(Key.LISTENER, listener.name())
                    .with(Key.ADDRESS, listener.endpoint().toString())
                    .with(Key.DESCRIPTOR, Handoff.FIRST + i));
        }
        sizing.explanation().forEach(line -> Console.info(EventName.SIZING, line));
        share.explanation().forEach(line -> Console.info(EventName.SIZING, line));
        Console.info(EventName.SIZING, readings.oomRegime().explanation());
        int threshold = settings.recoverThresholdFor(sizing.workers());
        String rules = "recover threshold " + threshold + " "
                + settings.recoverSpan()
                + ", drain delay " + DurationText.format(settings.get(Options.DRAIN_DELAY)) + ", shutdown grace period "
                + DurationText.format(settings.get(Options.SHUTDOWN_GRACE_PERIOD))
                + settings.get(Options.WATCHDOG)
                        .map(limit -> ", watchdog " + DurationText.format(limit))
                        .orElse("");
        Console.log(Entry.of(Level.INFO, EventName.RECOVERY_RULES, rules).with(Key.THRESHOLD, threshold));
    }

    @Override
    public void on(Report.FirstGenerationStarted first) {
        String pids = first.pids().stream().map(String::valueOf).collect(Collectors.joining(" "));
        Console.log(Entry.of(Level.INFO, EventName.WORKERS_STARTED, "initial workers: pids " + pids)
                .with(Key.PIDS, pids));
    }

    @Override
    public void on(Report.FirstGenerationReady first) {
        Console.info(EventName.WORKERS_READY, "all workers ready");
    }
}
