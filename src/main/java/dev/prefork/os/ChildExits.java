package dev.prefork.os;

import java.util.Optional;
import java.util.OptionalInt;
import jnr.constants.platform.Errno;

/** Learns how children ended; see waitid(2) and waitpid(2). Immutable; any thread may call. */
final class ChildExits {
    private static final int P_ALL = 0;
    private static final int P_PID = 1;
    private static final int WNOHANG = 1;
    private static final int WEXITED = 4;
    private static final int WNOWAIT = 0x01000000;
    private static final int SIGINFO_SIZE = 128;
    private static final int SI_PID = 16;

    private final Libc libc;
    private final ErrnoGuard guard;

    ChildExits(Libc libc, ErrnoGuard guard) {
        this.libc = libc;
        this.guard = guard;
    }

    OptionalInt peekExited() {
        try {
            int pid = peek(P_ALL, 0);
            return pid == 0 ? OptionalInt.empty() : OptionalInt.of(pid);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ECHILD) {
                throw e;
            }
            return OptionalInt.empty();
        }
    }

    boolean hasEnded(int pid) {
        return peek(P_PID, pid) != 0;
    }

    /** With WNOHANG and no child to report the call succeeds and leaves si_pid as it was, here 0. */
    private int peek(int idType, int id) {
        NativeMemory info = NativeMemory.allocate(SIGINFO_SIZE);
        String whom = idType == P_ALL ? "P_ALL" : "P_PID " + id;
        guard.call("waitid", () -> libc.waitid(idType, id, info, WEXITED | WNOHANG | WNOWAIT), whom);
        return info.getInt(SI_PID);
    }

    Optional<WaitStatus> reap(int pid) {
        int[] status = new int[1];
        int reaped = guard.call("waitpid", () -> libc.waitpid(pid, status, WNOHANG), pid);
        return reaped == 0 ? Optional.empty() : Optional.of(WaitStatus.decode(status[0]));
    }

    WaitStatus reapWaiting(int pid) {
        int[] status = new int[1];
        guard.call("waitpid", () -> libc.waitpid(pid, status, 0), pid);
        return WaitStatus.decode(status[0]);
    }
}
