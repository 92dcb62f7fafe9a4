package dev.prefork.bootcache;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How each worker is started: from the archive, with a record of its classes, or as without a cache. A cache must never be a reason not
 * to start: when a worker that uses it exits unexpectedly before it is ready, no worker uses it any more. Pure; not thread-safe.
 */
final class CacheState {
    /** A worker that exits before its record is complete; after so many no more are asked. */
    static final int MOST_TRAINERS = 3;

    /** How a worker was started. */
    enum Use {
        PLAIN,
        ARCHIVE,
        RECORD
    }

    private static final class Life {
        final Use use;
        boolean ready;

        Life(Use use) {
            this.use = use;
        }
    }

    private final Map<Integer, Life> lives = new HashMap<>();
    private Optional<Archive> archive;
    private OptionalInt trainer = OptionalInt.empty();
    private int trainers;
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

    void started(int pid, Use use) {
        lives.put(pid, new Life(use));
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
        return life.use;
    }

    boolean isTrainer(int pid) {
        return trainer.equals(OptionalInt.of(pid));
    }

    /**
     * Notes an exit.
     *
     * @return the archive that is to be dropped because of it
     */
    Optional<Archive> exited(int pid, boolean planned) {
        Life life = lives.remove(pid);
        if (isTrainer(pid)) {
            trainer = OptionalInt.empty();
        }
        boolean blamed = life != null && life.use == Use.ARCHIVE && !life.ready && !planned;
        return blamed ? drop() : Optional.empty();
    }

    /** The archive is there. */
    void made(Archive made) {
        trainer = OptionalInt.empty();
        if (!off) {
            archive = Optional.of(made);
        }
    }

    /** The archive is gone, such as by another master that shares the directory: the next start makes a record again. */
    void vanished() {
        archive = Optional.empty();
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
