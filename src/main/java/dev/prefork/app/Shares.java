package dev.prefork.app;

import dev.prefork.config.RefusedException;
import dev.prefork.config.Workload;
import dev.prefork.container.Readings;
import dev.prefork.container.WorkerShare;
import dev.prefork.log.EventName;
import dev.prefork.master.Programs;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/**
 * What workers of each version are started as, with their share of the limits: divided anew whenever the limits or the number of
 * workers change, for those that are started from then on. A change of their number is told before the first of them is started.
 *
 * <p>Threading: any thread.
 */
final class Shares implements ReportListener.Selective {
    private final Programs programs;

    /** By version. */
    private final NavigableMap<Integer, Workload> workloads = new TreeMap<>();

    private Readings readings;
    private int workers;
    private int newest;

    Shares(Workload first, Programs programs, Readings readings, int workers) {
        this.workloads.put(0, first);
        this.programs = programs;
        this.readings = readings;
        this.workers = workers;
    }

    /** The share of a worker of the last version. */
    synchronized WorkerShare now() {
        return workloads.lastEntry().getValue().share(readings, workers);
    }

    /**
     * Takes in another version, and returns its number.
     *
     * @throws RefusedException if its command is not there
     */
    synchronized int add(Workload workload) {
        divide(newest + 1, workload);
        workloads.put(++newest, workload);
        return newest;
    }

    /**
     * Returns whether workers are started as something else from now on. They are not where their command is gone, which is said.
     *
     * @param wanted how many of them there are to be from now on
     */
    synchronized boolean limitsAre(Readings changed, int wanted) {
        Workload newest = workloads.lastEntry().getValue();
        WorkerShare before = now();
        readings = changed;
        try {
            divide();
            WorkerShare after = newest.share(changed, wanted);
            return !newest.program(before).equals(newest.program(after))
                    || !newest.variables(before).equals(newest.variables(after));
        } catch (RefusedException e) {
            // Not the caller's: it would look again and again, and say the same each time.
            keep(e);
            return false;
        }
    }

    /** The share of a worker if there were so many. */
    synchronized WorkerShare ofOneOf(int wanted) {
        return workloads.lastEntry().getValue().share(readings, wanted);
    }

    /** Another version, which is what the last one was. */
    synchronized int again() {
        return add(workloads.lastEntry().getValue());
    }

    /** Whether workers take SIGQUIT for a question: those of all versions, since a reload cannot change what they are. */
    synchronized boolean dumpsThreads() {
        return workloads.lastEntry().getValue().dumpsThreads();
    }

    synchronized Readings limits() {
        return readings;
    }

    @Override
    public synchronized void on(Report.Scaled scaled) {
        workers = scaled.to();
        try {
            divide();
        } catch (RefusedException e) {
            keep(e);
            return;
        }
        say();
    }

    /** The command is not there at the moment: a start will say so again, and only that worker will have failed. */
    private static void keep(RefusedException missing) {
        Console.warn(EventName.SHARE_KEPT, "new workers keep their previous share: " + missing.getMessage());
    }

    @Override
    public synchronized void on(Report.RolloutCompleted completed) {
        forget(version -> version < completed.version());
    }

    @Override
    public synchronized void on(Report.RolloutAborted aborted) {
        forget(version -> version == aborted.version());
    }

    @Override
    public synchronized void on(Report.RolloutSuperseded superseded) {
        forget(version -> version == superseded.version());
    }

    private void forget(IntPredicate versions) {
        workloads.keySet().removeIf(versions::test);
        programs.forget(versions);
    }

    synchronized void say() {
        now().explanation().forEach(line -> Console.info(EventName.SHARE_CHANGED, "from now on " + line));
    }

    private void divide() {
        workloads.forEach(this::divide);
    }

    private void divide(int version, Workload workload) {
        WorkerShare share = workload.share(readings, workers);
        programs.use(version, workload.program(share), workload.variables(share));
    }
}
