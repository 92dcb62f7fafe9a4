package dev.prefork.os;

import java.lang.ref.Reference;
import jnr.constants.platform.Errno;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** What this process does on a signal; see sigaction(2). Only for signals that no code of the runtime handles. */
final class Dispositions {
    private static final long SIG_IGN = 1;

    /** struct sigaction, which begins with the handler: 152 bytes in glibc, and room to spare. */
    private static final int SIGACTION_SIZE = 256;

    private final Libc libc;
    private final Runtime runtime;
    private final ErrnoGuard guard;

    Dispositions(Libc libc, Runtime runtime, ErrnoGuard guard) {
        this.libc = libc;
        this.runtime = runtime;
        this.guard = guard;
    }

    /** The signal has its default action from now on if it was ignored; any other disposition stays. */
    void heed(int signal) {
        if (ignores(signal)) {
            Pointer byDefault = Memory.allocateDirect(runtime, SIGACTION_SIZE, true);
            guard.call("sigaction", () -> libc.sigaction(signal, byDefault, null), signal, "SIG_DFL");
            Reference.reachabilityFence(byDefault);
        }
    }

    private boolean ignores(int signal) {
        Pointer action = Memory.allocateDirect(runtime, SIGACTION_SIZE, true);
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
