package dev.prefork.os;

import java.lang.ref.Reference;
import jnr.constants.platform.Errno;

/** What this process does on a signal; see sigaction(2). Only for signals that no code of the runtime handles. */
final class Dispositions {
    private static final long SIG_IGN = 1;

    /** struct sigaction, which begins with the handler: 152 bytes in glibc, and room to spare. */
    private static final int SIGACTION_SIZE = 256;

    private final Libc libc;
    private final ErrnoGuard guard;

    Dispositions(Libc libc, ErrnoGuard guard) {
        this.libc = libc;
        this.guard = guard;
    }

    /** The signal has its default action from now on if it was ignored; any other disposition stays. */
    void heed(int signal) {
        if (ignores(signal)) {
            NativeMemory byDefault = NativeMemory.allocate(SIGACTION_SIZE);
            guard.call("sigaction", () -> libc.sigaction(signal, byDefault, null), signal, "SIG_DFL");
            Reference.reachabilityFence(byDefault);
        }
    }

    private boolean ignores(int signal) {
        NativeMemory action = NativeMemory.allocate(SIGACTION_SIZE);
        try {
            guard.call("sigaction", () -> libc.sigaction(signal, null, action), signal);
            return action.getLong(0) == SIG_IGN;
        } catch (ErrnoException e) {
            // glibc keeps two signals to itself and says nothing of them; it does not ignore them.
            if (e.errno() != Errno.EINVAL) {
                throw e;
            }
            return false;
        }
    }
}
