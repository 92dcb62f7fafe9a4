package dev.prefork.master;

import dev.prefork.handoff.Lifeline;
import dev.prefork.log.EventName;
import dev.prefork.log.Log;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.os.SpawnRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A shell that outlives its master by a moment, for the workers to heed SIGTERM in: it reads the lifeline to its end, sleeps,
 * and exits, and with it goes the last write end of the pipe that kills them. It knows no worker and signals none. While it
 * waits it uses no CPU. It has a session of its own, which no terminal signals, ignores what it could be sent by mistake,
 * and holds neither listeners nor the master's output. That its master kills it is the usual end.
 *
 * <p>Threading: the master's thread, but for {@link #close}.
 */
final class Guardian implements AutoCloseable {
    private static final String SHELL = "/bin/sh";

    /** Last in argv, where ps(1) shows it; a shell of busybox must be called {@code sh}. */
    private static final String NAME = "prefork-guardian";

    /** sleep(1p) knows whole seconds only; where there is none at all, TERM and KILL come together. */
    private static final String SCRIPT =
            "trap '' HUP INT QUIT TERM USR1 USR2 PIPE ALRM TSTP TTIN TTOU; cd /; read -r end; sleep 0.6 || sleep 1";

    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final Duration STAYS = Duration.ofSeconds(1);

    /** So many in a row that do not stay for that long, and the next one would not either. */
    private static final int TRIES = 3;

    private static final int NONE = -1;

    private final Posix posix;
    private final Lines lines;
    private final Log log;
    private int pid = NONE;
    private long startedAt;
    private int tries;

    private Guardian(Posix posix, Lines lines, Log log) {
        this.posix = posix;
        this.lines = lines;
        this.log = log;
    }

    /** @param last the pipe that kills when its write ends are gone */
    record Lines(Lifeline lifeline, Lifeline last) {}

    /** Empty where there is no shell, which is not worth a line: its workers are killed with their master all the same. */
    static Optional<Guardian> start(Posix posix, Path root, Lines lines, Log log) {
        if (!Files.isExecutable(root.resolve("bin/sh"))) {
            return Optional.empty();
        }
        Guardian guardian = new Guardian(posix, lines, log);
        guardian.spawn();
        return Optional.of(guardian);
    }

    /** Its output is a descriptor that cannot be written to. One byte on the other pipe would kill every worker. */
    private void spawn() {
        int silent = lines.lifeline().readEnd();
        List<SpawnRequest.Descriptor> descriptors = List.of(
                new SpawnRequest.Descriptor(silent, 0),
                new SpawnRequest.Descriptor(silent, 1),
                new SpawnRequest.Descriptor(silent, 2),
                new SpawnRequest.Descriptor(lines.last().writeEnd(), 3));
        startedAt = System.nanoTime();
        try {
            pid = posix.spawn(new SpawnRequest(SHELL, List.of("sh", "-c", SCRIPT, NAME), List.of(PATH), descriptors));
        } catch (ErrnoException e) {
            pid = NONE;
            log.warn(
                    EventName.GUARD_WARNING, "no guardian process can be started (" + e.reason() + ")" + consequence());
        }
    }

    private static String consequence() {
        return ", so if the master is killed, its workers are killed at once, without time to stop";
    }

    synchronized boolean isPid(int other) {
        return pid != NONE && pid == other;
    }

    /** Starts another after this one has ended and is reaped. */
    synchronized void replace() {
        int ended = pid;
        pid = NONE;
        tries = System.nanoTime() - startedAt < STAYS.toNanos() ? tries + 1 : 0;
        if (tries == TRIES) {
            log.warn(EventName.GUARD_WARNING, "the guardian process (pid " + ended + ") does not stay" + consequence());
            return;
        }
        log.warn(
                EventName.GUARD_WARNING,
                "the guardian process (pid " + ended + ") was ended by another process; starting another");
        spawn();
    }

    /** At once: it must not outlive a master that stops in order. */
    @Override
    public synchronized void close() {
        if (pid == NONE) {
            return;
        }
        try {
            posix.killGroup(pid, Signal.KILL);
            posix.reapWaiting(pid);
        } catch (ErrnoException e) {
            log.warn(EventName.GUARD_WARNING, "the guardian process (pid " + pid + ") cannot be ended: " + e.reason());
        }
        pid = NONE;
    }
}
