package dev.prefork.app;

import dev.prefork.config.RefusedException;
import dev.prefork.config.Workload;
import dev.prefork.container.Readings;
import dev.prefork.container.WorkerShare;
import dev.prefork.master.Program;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Divides the limits among the workers there are to be: anew whenever either changes, for those that are started from then
 * on. A change of their number is told before the first of them is started.
 *
 * <p>Threading: any thread.
 */
final class Shares implements ReportListener.Selective {
    private final Workload workload;
    private final BiConsumer<Program, Map<String, String>> starts;
    private Readings readings;
    private int workers;

    /** @param starts is given what to start from then on: the program, and variables beside what it inherits */
    Shares(Workload workload, BiConsumer<Program, Map<String, String>> starts, Readings readings, int workers) {
        this.workload = workload;
        this.starts = starts;
        this.readings = readings;
        this.workers = workers;
    }

    synchronized WorkerShare now() {
        return workload.share(readings, workers);
    }

    synchronized void limitsAre(Readings changed) {
        readings = changed;
        divide();
    }

    @Override
    public synchronized void on(Report.Scaled scaled) {
        workers = scaled.to();
        try {
            divide();
        } catch (RefusedException e) {
            // The command is not there at the moment: a start will say so again, and only that worker will have failed.
            Console.warn("new workers keep their previous share: " + e.getMessage());
            return;
        }
        say();
    }

    synchronized void say() {
        now().explanation().forEach(line -> Console.info("from now on " + line));
    }

    private void divide() {
        WorkerShare share = now();
        starts.accept(workload.program(share), workload.variables(share));
    }
}
