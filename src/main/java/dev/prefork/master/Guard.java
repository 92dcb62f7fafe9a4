package dev.prefork.master;

import dev.prefork.handoff.Lifeline;
import dev.prefork.log.EventName;
import dev.prefork.log.Log;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.procfs.KernelRelease;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Ends workers of any program with their master, however it ends, a SIGKILL included.
 *
 * <p>The kernel does it. Each worker holds the read ends of two pipes, opened for it alone, that have its group as their owner;
 * see O_ASYNC in open(2). The master alone holds the write end of the first one, the lifeline: when it is gone, the groups
 * get TERM. The {@link Guardian} holds that of the second one for a moment longer: when that is gone too, they get KILL.
 * Without a guardian, such as where there is no shell, the one follows the other at once. No number is looked up or told, so
 * none can have been given to another process by then, and a worker that changes its user is reached as well. A worker
 * that closes descriptors that it does not know is out of reach. So is a process that left its group, which the worker itself, as
 * the leader of a session, cannot (setpgid(2)): F_SETOWN knows processes and groups, and no sessions.
 *
 * <p>PID 1 of a container needs none of this: the kernel ends every process with it; see pid_namespaces(7).
 *
 * <p>Threading: the master's thread, but for {@link #close}.
 */
public final class Guard implements AutoCloseable {
    private static final int PID_1 = 1;

    private final Posix posix;
    private final Log log;
    private final Lifeline lifeline;
    private final Optional<Lifeline> last;
    private final Optional<Guardian> guardian;
    private boolean said;

    private Guard(Posix posix, Log log, Lifeline lifeline, Optional<Lifeline> last, Optional<Guardian> guardian) {
        this.posix = posix;
        this.log = log;
        this.lifeline = lifeline;
        this.last = last;
        this.guardian = guardian;
    }

    /** Nothing but the lifeline, for workers that look after it themselves. */
    public static Guard lifelineAlone(Posix posix) {
        return new Guard(posix, entry -> {}, Lifeline.open(posix), Optional.empty(), Optional.empty());
    }

    /**
     * What this process needs, with a guardian started.
     *
     * <p>Before Linux 5.6 pipe_release() signals the owners at every release of an end while any other is open, so that the
     * exit of one worker would end all others: there it is the lifeline alone.
     *
     * @param root where {@code /bin} and {@code /proc} are: {@code /} but in tests
     */
    public static Guard of(Posix posix, Path root, Log log) {
        if (posix.getpid() == PID_1) {
            return lifelineAlone(posix);
        }
        Optional<KernelRelease> release = KernelRelease.of(root.resolve("proc"));
        if (release.filter(running -> running.isAtLeast(5, 6)).isPresent()) {
            return guarded(posix, root, log);
        }
        log.warn(
                EventName.GUARD_WARNING,
                "this kernel "
                        + release.map(running -> "is Linux " + running.name()).orElse("has no known release")
                        + ", so workers that do not watch PREFORK_LIFELINE outlive this process if it is killed; Linux 5.6 and"
                        + " later prevent that");
        return lifelineAlone(posix);
    }

    static Guard guarded(Posix posix, Path root, Log log) {
        Lifeline lifeline = Lifeline.open(posix);
        Lifeline last = Lifeline.open(posix);
        Optional<Guardian> guardian = Guardian.start(posix, root, new Guardian.Lines(lifeline, last), log);
        return new Guard(posix, log, lifeline, Optional.of(last), guardian);
    }

    /** For a worker that is about to be started. Where the kernel does not play along, that is said once. */
    Tether tether() {
        if (last.isPresent()) {
            try {
                return Tether.open(posix, lifeline.readEnd(), last.get().readEnd(), this::unbound);
            } catch (ErrnoException e) {
                unbound(e);
            }
        }
        return Tether.shared(posix, lifeline.readEnd());
    }

    private void unbound(ErrnoException why) {
        if (!said) {
            said = true;
            log.warn(
                    EventName.GUARD_WARNING,
                    "workers cannot be bound to this process (" + why.reason()
                            + "), so those that do not watch PREFORK_LIFELINE outlive it if it is killed");
        }
    }

    /** Whether this child is the guardian. */
    boolean owns(int pid) {
        return guardian.filter(process -> process.isPid(pid)).isPresent();
    }

    /** The guardian has ended and is reaped: another takes its place. */
    void ended() {
        guardian.ifPresent(Guardian::replace);
    }

    /** Ends the guardian first: what is closed here is not to be taken for the master's death. */
    @Override
    public void close() {
        guardian.ifPresent(Guardian::close);
        lifeline.close();
        last.ifPresent(Lifeline::close);
    }
}
