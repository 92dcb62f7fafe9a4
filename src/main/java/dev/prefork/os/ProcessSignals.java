package dev.prefork.os;

import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import jnr.constants.platform.Errno;

/** Sends signals; see kill(2), pidfd_open(2) and pidfd_send_signal(2). Immutable; any thread may call. */
final class ProcessSignals {
    /** The same numbers everywhere, as of all calls since Linux 5.0. glibc has functions only since 2.36. */
    private static final int SYS_PIDFD_SEND_SIGNAL = 424;

    private static final int SYS_PIDFD_OPEN = 434;

    private final Libc libc;
    private final ErrnoGuard guard;

    ProcessSignals(Libc libc, ErrnoGuard guard) {
        this.libc = libc;
        this.guard = guard;
    }

    /** @param target a process, or with a minus sign a group; false if there is none */
    boolean kill(int target, Signal signal) {
        return reached(target, signal.number(), signal);
    }

    /** Whether there is such a process or, with a minus sign, group; a zombie counts. */
    boolean exists(int target) {
        try {
            return reached(target, 0, 0);
        } catch (ErrnoException e) {
            rethrowUnless(Errno.EPERM, e);
            return true;
        }
    }

    private boolean reached(int target, int number, Object name) {
        try {
            guard.call("kill", () -> libc.kill(target, number), target, name);
            return true;
        } catch (ErrnoException e) {
            rethrowUnless(Errno.ESRCH, e);
            return false;
        }
    }

    boolean killIf(int pid, BooleanSupplier meant, Signal signal) {
        OptionalInt pidfd;
        try {
            pidfd = open(pid);
        } catch (ErrnoException gone) {
            return false;
        }
        try {
            return meant.getAsBoolean()
                    && (pidfd.isPresent() ? send(pidfd.getAsInt(), pid, signal) : kill(pid, signal));
        } finally {
            pidfd.ifPresent(libc::close);
        }
    }

    /** Empty where the kernel, a sandbox or the limit of open files refuses; ESRCH is thrown. */
    private OptionalInt open(int pid) {
        try {
            return OptionalInt.of(guard.call("pidfd_open", () -> libc.syscall(SYS_PIDFD_OPEN, pid, 0, 0, 0), pid));
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ESRCH) {
                throw e;
            }
            return OptionalInt.empty();
        }
    }

    /** What the one call refuses, the other may do, in a sandbox that knows it only; it asks for the same permission. */
    private boolean send(int pidfd, int pid, Signal signal) {
        int number = signal.number();
        try {
            guard.call(
                    "pidfd_send_signal", () -> libc.syscall(SYS_PIDFD_SEND_SIGNAL, pidfd, number, 0, 0), pid, signal);
            return true;
        } catch (ErrnoException e) {
            return e.errno() != Errno.ESRCH && kill(pid, signal);
        }
    }

    private static void rethrowUnless(Errno expected, ErrnoException e) {
        if (e.errno() != expected) {
            throw e;
        }
    }
}
