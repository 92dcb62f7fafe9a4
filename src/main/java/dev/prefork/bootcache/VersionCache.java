package dev.prefork.bootcache;

import dev.prefork.bootcache.CacheState.Use;
import dev.prefork.log.Entry;
import dev.prefork.log.EventName;
import dev.prefork.log.Level;
import dev.prefork.log.Log;
import dev.prefork.master.Program;
import dev.prefork.os.WaitStatus;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The boot cache of workers that one archive fits: says with which options each is started, has the archive made of what the first one
 * loads, and gives it up when it does harm.
 *
 * <p>Threading: any; {@link #program} and the reports come on the master's thread, the archive is made on one of its own.
 */
final class VersionCache implements ReportListener.Selective, AutoCloseable {
    private volatile Setup setup;
    private final Log log;
    private final Training training;
    private final CacheState state;
    private Use pending = Use.PLAIN;
    private Optional<Archive> pendingArchive = Optional.empty();
    private Optional<Path> record = Optional.empty();
    private boolean checked;
    private volatile boolean ended;
    private volatile String status;

    VersionCache(Setup setup, Training training, Log log) {
        this.setup = setup;
        this.log = log;
        this.state = new CacheState(setup.archive());
        this.training = training;
        this.status = setup.sentence();
        if (setup.off().isPresent()) {
            state.drop();
        }
    }

    /** Says what there is, unless nothing was asked for. */
    VersionCache introduced() {
        setup.warnings().forEach(line -> log.warn(EventName.BOOT_CACHE, line));
        if (setup.isWorthALine()) {
            Level level = setup.off().isPresent() && setup.wasAskedFor() ? Level.WARN : Level.INFO;
            log.log(Entry.of(level, EventName.BOOT_CACHE, setup.sentence()));
        }
        return this;
    }

    Setup setup() {
        return setup;
    }

    /** What the next worker is started as. */
    synchronized Program program(Program plain) {
        state.archive()
                .filter(archive -> archive.ours() && !Files.exists(archive.file()))
                .ifPresent(gone -> state.replace(Optional.empty()));
        pending = state.next();
        pendingArchive = state.archive();
        return switch (pending) {
            case PLAIN -> plain;
            case ARCHIVE -> plain.withOptions(setup.optionsOfUse(state.archive().orElseThrow()));
            case RECORD -> {
                Path file = setup.unfinished("list");
                record = Optional.of(file);
                yield plain.withOptions(List.of("-XX:DumpLoadedClassList=" + file));
            }
        };
    }

    /** The worker that {@link #program} was for runs as this process. */
    synchronized void started(int pid) {
        state.started(pid, pending, pendingArchive);
        pending = Use.PLAIN;
    }

    /** Whether a worker crashed because of the archive that it was started from, as far as that can be known. */
    synchronized boolean isToBlame(int worker, WaitStatus status) {
        return state.isToBlame(worker, status);
    }

    /** What workers start from, or why from nothing; for health data. */
    String status() {
        return status;
    }

    @Override
    public synchronized void on(Report.WorkerReady report) {
        Use use = state.ready(report.pid());
        if (use == Use.RECORD) {
            record.ifPresent(file -> train(report, file));
        } else if (!checked) {
            state.usedBy(report.pid()).ifPresent(used -> {
                checked = true;
                training.later(() -> check(report, used));
            });
        }
    }

    private void train(Report.WorkerReady report, Path file) {
        if (state.isTrainer(report.pid())) {
            training.begin(setup, file, () -> isTrainer(report.pid()), result -> made(report, result));
        } else {
            // Its predecessor died while the archive was made, which is there by now.
            CacheDirectory.remove(file);
        }
    }

    private synchronized boolean isTrainer(int pid) {
        return !ended && state.isTrainer(pid);
    }

    private synchronized void made(Report.WorkerReady worker, Training.Result result) {
        // If the worker died meanwhile, its successor writes another one.
        record.ifPresent(CacheDirectory::remove);
        if (result.archive().isPresent()) {
            Archive archive = result.archive().get();
            state.made(archive);
            if (state.isOff() || ended) {
                // The line that says why stays true; the next one that it fits finds the archive.
                return;
            }
            say(
                    Level.INFO,
                    who(worker.slot(), worker.pid()) + " has loaded the classes of the boot cache " + archive.file()
                            + " (" + archive.size() + "), from which workers start from now on");
        } else if (!ended) {
            state.drop();
            say(Level.WARN, "no boot cache is made: " + result.obstacle());
        }
    }

    /** A JVM that refuses an archive starts as without it, and by our own wish says nothing. */
    private void check(Report.WorkerReady worker, Archive used) {
        if (Mappings.tellOf(worker.pid(), used.file()).orElse(true)) {
            return;
        }
        if (!used.ours()) {
            doWithoutImage(worker, used);
            return;
        }
        synchronized (this) {
            state.drop().ifPresent(VersionCache::remove);
            say(
                    Level.WARN,
                    who(worker.slot(), worker.pid()) + " was started without the boot cache " + used.file()
                            + ": its JVM refused the archive, so it is not used any more");
        }
    }

    /** Such as after an update of the base image: then an archive is made, or found, as where the image has none. */
    private void doWithoutImage(Report.WorkerReady worker, Archive refused) {
        // Not under the lock: jars are read.
        Setup own = setup.withoutImage();
        synchronized (this) {
            setup = own;
            checked = false;
            state.replace(own.archive());
            if (own.off().isPresent()) {
                state.drop();
            }
            own.warnings().forEach(line -> log.warn(EventName.BOOT_CACHE, line));
            say(
                    Level.WARN,
                    who(worker.slot(), worker.pid()) + " was started without the image's archive " + refused.file()
                            + ", which its JVM refused; " + own.sentence());
        }
    }

    @Override
    public synchronized void on(Report.WorkerExited report) {
        boolean wasTrainer = state.isTrainer(report.pid());
        state.exited(report.pid(), report.exit()).ifPresent(dropped -> {
            boolean removed = dropped.condemned() && remove(dropped.archive());
            say(
                    Level.WARN,
                    who(report.slot(), report.pid()) + " exited before it was ready (" + report.exit()
                            + "), so the boot cache " + dropped.archive().file() + " is not used any more"
                            + (removed ? ", and removed" : ""));
        });
        if (wasTrainer) {
            record.ifPresent(CacheDirectory::remove);
            if (state.isExhausted() && !ended) {
                say(
                        Level.WARN,
                        "no boot cache is made: " + CacheState.MOST_TRAINERS
                                + " workers in a row exited before it was known which classes they load");
            }
        }
    }

    /** What is part of the image stays. */
    private static boolean remove(Archive archive) {
        if (archive.ours()) {
            CacheDirectory.remove(archive.file());
        }
        return archive.ours();
    }

    private void say(Level level, String line) {
        status = line;
        log.log(Entry.of(level, EventName.BOOT_CACHE, line));
    }

    private static String who(int slot, int pid) {
        return "worker " + slot + " (pid " + pid + ")";
    }

    @Override
    public void on(Report.StopBegan report) {
        ended = true;
    }

    /** No worker is started by it any more. */
    @Override
    public synchronized void close() {
        ended = true;
        record.ifPresent(CacheDirectory::remove);
    }
}
