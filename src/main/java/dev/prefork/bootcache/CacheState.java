package dev.prefork.bootcache;

import dev.prefork.os.WaitStatus;
import dev.prefork.supervise.Exit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How each worker is started: from the archive, with a record of its classes, or as without a cache. A cache must never be a reason not
 * to start: when a worker that uses it exits unexpectedly before it is ready, no worker uses it any more, unless it is known to do no
 * harm as another became ready from it. Most such exits have other reasons, such as a database that is down, and other masters may use
 * the same file: only a crash of the JVM condemns it. Pure; not thread-safe.
 */
final class CacheState {
    /** A worker that exits before its record is complete; after so many no more are asked. */
    static final int MOST_TRAINERS = 3;

    /**
     * SIGILL, SIGABRT, SIGBUS and SIGSEGV (signal(7)): a JVM that crashes ends itself by SIGABRT, or, early in its start, by what it
     * was sent.
     */
    private static final Set<Integer> CRASHES = Set.of(4, 6, 7, 11);

    /** How a worker was started. */
    enum Use {
        PLAIN,
        ARCHIVE,
        RECORD
    }

    /**
     * An archive that is not used any more.
     *
     * @param condemned whether no other master should use it either
     */
    record Dropped(Archive archive, boolean condemned) {}

    private static final class Life {
        final Use use;
        final Optional<Archive> archive;
        boolean ready;

        Life(Use use, Optional<Archive> archive) {
            this.use = use;
            this.archive = archive;
        }
    }

    private final Map<Integer, Life> lives = new HashMap<>();
    private Optional<Archive> archive;
    private OptionalInt trainer = OptionalInt.empty();
    private int trainers;
    private boolean proven;
    private boolean off;

    CacheState(Optional<Archive> archive) {
        this.archive = archive;
    }

    Optional<Archive> archive() {
        return archive;
    }

    boolean isOff() {
        return off;
    }

    /** How the next worker is to be started; one at a time makes a record, and only while there is no archive. */
    Use next() {
        if (off) {
            return Use.PLAIN;
        }
        if (archive.isPresent()) {
            return Use.ARCHIVE;
        }
        return trainer.isEmpty() && trainers < MOST_TRAINERS ? Use.RECORD : Use.PLAIN;
    }

    /** Whether there is no archive, and no worker is asked for a record any more. */
    boolean isExhausted() {
        return !off && archive.isEmpty() && trainer.isEmpty() && trainers >= MOST_TRAINERS;
    }

    void started(int pid, Use use) {
        started(pid, use, archive);
    }

    /** @param from what it was started from, which may have been replaced meanwhile */
    void started(int pid, Use use, Optional<Archive> from) {
        lives.put(pid, new Life(use, use == Use.ARCHIVE ? from : Optional.empty()));
        if (use == Use.RECORD) {
            trainer = OptionalInt.of(pid);
            trainers++;
        }
    }

    /** How the worker that is ready now was started. */
    Use ready(int pid) {
        Life life = lives.get(pid);
        if (life == null) {
            return Use.PLAIN;
        }
        life.ready = true;
        proven |= usesCurrent(life);
        return life.use;
    }

    private boolean usesCurrent(Life life) {
        return life.archive.isPresent() && life.archive.equals(archive);
    }

    /** The archive that a worker was started from, if workers are still started from it. */
    Optional<Archive> usedBy(int pid) {
        return Optional.ofNullable(lives.get(pid)).filter(this::usesCurrent).flatMap(life -> life.archive);
    }

    boolean isTrainer(int pid) {
        return trainer.equals(OptionalInt.of(pid));
    }

    /**
     * Notes an exit.
     *
     * @return the archive that is dropped because of it
     */
    Optional<Dropped> exited(int pid, Exit exit) {
        Life life = lives.remove(pid);
        if (isTrainer(pid)) {
            trainer = OptionalInt.empty();
        }
        if (life == null || life.ready || exit.planned() || !usesCurrent(life)) {
            return Optional.empty();
        }
        boolean innocent = proven;
        boolean crashed = isCrash(exit.status());
        return crashed || !innocent
                ? drop().map(archive -> new Dropped(archive, !innocent && crashed))
                : Optional.empty();
    }

    /** Whether an exit is that of a worker that crashed before it was ready, and was started from an archive; not yet noted. */
    boolean isToBlame(int pid, WaitStatus status) {
        Life life = lives.get(pid);
        return life != null && !life.ready && life.archive.isPresent() && isCrash(status);
    }

    private static boolean isCrash(WaitStatus status) {
        return status instanceof WaitStatus.Signaled signaled && CRASHES.contains(signaled.signal());
    }

    /** The archive is there. */
    void made(Archive made) {
        trainer = OptionalInt.empty();
        if (!off) {
            replace(Optional.of(made));
        }
    }

    /** Another archive takes its place, or none, such as when another master removed it: then the next start makes a record again. */
    void replace(Optional<Archive> other) {
        archive = other;
        proven = false;
    }

    /** No cache any more for as long as this master runs. */
    Optional<Archive> drop() {
        Optional<Archive> dropped = archive;
        archive = Optional.empty();
        trainer = OptionalInt.empty();
        off = true;
        return dropped;
    }
}
