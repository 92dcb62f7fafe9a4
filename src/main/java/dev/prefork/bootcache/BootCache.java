package dev.prefork.bootcache;

import dev.prefork.log.Log;
import dev.prefork.master.Program;
import dev.prefork.os.Posix;
import dev.prefork.os.WaitStatus;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/**
 * The boot caches of a running master. What is read anew may ask for other JVM options, or another application: workers of such a
 * version have an archive of their own, as a JVM refuses one that does not fit it, and says nothing of that by our own wish.
 *
 * <p>Threading: any; {@link #program} and the reports come on the master's thread, archives are made on one of their own.
 */
public final class BootCache implements ReportListener.Selective, AutoCloseable {
    private final Log log;
    private final Training training;

    /** By version; one may be for several. */
    private final NavigableMap<Integer, VersionCache> caches = new TreeMap<>();

    private VersionCache next;

    private BootCache(Posix posix, Setup setup, Log log, Training.Patience patience) {
        this.log = log;
        this.training = new Training(posix, patience);
        this.next = new VersionCache(setup, training, log).introduced();
        caches.put(0, next);
    }

    /** Says what there is, unless nothing was asked for. */
    public static BootCache begin(Posix posix, Setup setup, Log log) {
        return begin(posix, setup, log, Training.Patience.DEFAULT);
    }

    static BootCache begin(Posix posix, Setup setup, Log log, Training.Patience patience) {
        return new BootCache(posix, setup, log, patience);
    }

    /** What there is for workers that are started as this; reads their files, so not on the master's thread. */
    public Setup prepare(Setup.Request request, Optional<Setup.Target> target) {
        return newest().setup().preparedAnew(request, target);
    }

    /** Workers of this version, the newest, have what was prepared for them. */
    public synchronized void use(int version, Setup prepared) {
        boolean known = prepared == newest().setup();
        caches.put(version, known ? newest() : new VersionCache(prepared, training, log).introduced());
    }

    /** Workers of this version, the newest, have what those of the one before have. */
    public synchronized void useAgain(int version) {
        caches.put(version, newest());
    }

    private synchronized VersionCache newest() {
        return caches.lastEntry().getValue();
    }

    /** The next worker is one of this version. */
    public synchronized void expect(int version) {
        next = caches.floorEntry(version).getValue();
    }

    /** What the next worker is started as. */
    public synchronized Program program(Program plain) {
        return next.program(plain);
    }

    /** The worker that {@link #program} was for runs as this process. */
    public synchronized void started(int pid) {
        next.started(pid);
    }

    /** Whether a child is the process that makes an archive. */
    public boolean owns(int pid) {
        return training.owns(pid);
    }

    /** That one has ended. */
    public void ended(WaitStatus status) {
        training.ended(status);
    }

    /** Whether a worker crashed because of the archive that it was started from, as far as that can be known. */
    public boolean isToBlame(int worker, WaitStatus status) {
        return all().stream().anyMatch(cache -> cache.isToBlame(worker, status));
    }

    /** What workers of the newest version start from, or why from nothing; for health data. */
    public String status() {
        return newest().status();
    }

    private synchronized Set<VersionCache> all() {
        return Set.copyOf(caches.values());
    }

    @Override
    public void on(Report.WorkerReady report) {
        all().forEach(cache -> cache.on(report));
    }

    @Override
    public void on(Report.WorkerExited report) {
        all().forEach(cache -> cache.on(report));
    }

    @Override
    public synchronized void on(Report.RolloutCompleted report) {
        forget(version -> version < report.version());
    }

    @Override
    public synchronized void on(Report.RolloutAborted report) {
        forget(version -> version == report.version());
    }

    @Override
    public synchronized void on(Report.RolloutSuperseded report) {
        forget(version -> version == report.version());
    }

    private void forget(IntPredicate versions) {
        Set<VersionCache> before = all();
        caches.keySet().removeIf(versions::test);
        before.stream().filter(cache -> !caches.containsValue(cache)).forEach(VersionCache::close);
    }

    /** The stop waits for nothing of it. */
    @Override
    public void on(Report.StopBegan report) {
        all().forEach(cache -> cache.on(report));
        training.stop();
    }

    @Override
    public void close() {
        training.close();
        all().forEach(VersionCache::close);
    }
}
