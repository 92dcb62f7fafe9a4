package dev.prefork.app;

import dev.prefork.config.DurationText;
import dev.prefork.config.Settings;
import dev.prefork.container.Readings;
import dev.prefork.container.Sizing;
import dev.prefork.container.WorkerShare;
import dev.prefork.listen.Listener;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import java.util.List;
import java.util.stream.Collectors;

/** Says at the start what was bound, how many workers there are and why, and who they are. */
final class Banner implements ReportListener.Selective {
    private static final int FIRST_DESCRIPTOR = 3;

    private final int pid;
    private final Sizing sizing;
    private final List<Listener> listeners;
    private final Settings settings;

    Banner(int pid, Sizing sizing, List<Listener> listeners, Settings settings) {
        this.pid = pid;
        this.sizing = sizing;
        this.listeners = listeners;
        this.settings = settings;
    }

    void show(Readings readings, WorkerShare share) {
        Console.info(
                "master (pid " + pid + ") starting " + (settings.command().isEmpty() ? "built-in workers" : command()));
        for (int i = 0; i < listeners.size(); i++) {
            Listener listener = listeners.get(i);
            Console.info("listening on " + listener + ", descriptor " + (FIRST_DESCRIPTOR + i)
                    + (listener.adopted() ? ", inherited from the parent process" : "")
                    + (listener.descriptors().size() > 1 ? ", one socket per worker" : ""));
        }
        sizing.explanation().forEach(Console::info);
        share.explanation().forEach(Console::info);
        Console.info(readings.oomRegime().explanation());
        Console.info("recover threshold "
                + settings.recoverThresholdFor(sizing.workers()) + " "
                + (settings.recoverWindow().isZero()
                        ? "since the start"
                        : "within " + DurationText.format(settings.recoverWindow()))
                + ", drain delay " + DurationText.format(settings.drainDelay()) + ", shutdown grace period "
                + DurationText.format(settings.shutdownGracePeriod())
                + settings.watchdog()
                        .map(limit -> ", watchdog " + DurationText.format(limit))
                        .orElse(""));
    }

    /** On one line, without control characters. */
    private String command() {
        return String.join(" ", settings.command()).replaceAll("\\p{Cntrl}", "?");
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
