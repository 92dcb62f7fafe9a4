package dev.prefork.os;

import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import jnr.constants.platform.Errno;

/**
 * The way every system call goes: a failure becomes one {@link ErrnoException}, and a call that a signal interrupted is
 * made again, here and nowhere else (signal(7)). Stateless; any thread may call.
 */
final class ErrnoGuard {
    private final IntSupplier lastError;

    /** Takes the calling thread's errno from {@code lastError}. */
    ErrnoGuard(IntSupplier lastError) {
        this.lastError = lastError;
    }

    /** Makes a call that answers -1 and sets errno when it fails, and returns what it answered. */
    int call(String name, LongSupplier attempt, Object... arguments) {
        while (true) {
            long answer = attempt.getAsLong();
            if (answer != -1) {
                return (int) answer;
            }
            failUnlessInterrupted(name, lastError.getAsInt(), arguments);
        }
    }

    /** Makes a call that must not be made again even after EINTR, which is thrown like any other errno. */
    void callOnce(String name, LongSupplier attempt, Object... arguments) {
        if (attempt.getAsLong() == -1) {
            throw new ErrnoException(name, Errno.valueOf(lastError.getAsInt()), arguments);
        }
    }

    /** Makes a call of the posix_spawn(3) family: it returns the error number, or 0, and leaves errno alone. */
    void callReturningErrno(String name, IntSupplier attempt, Object... arguments) {
        while (true) {
            int error = attempt.getAsInt();
            if (error == 0) {
                return;
            }
            failUnlessInterrupted(name, error, arguments);
        }
    }

    private static void failUnlessInterrupted(String name, int error, Object... arguments) {
        Errno errno = Errno.valueOf(error);
        if (errno != Errno.EINTR) {
            throw new ErrnoException(name, errno, arguments);
        }
    }
}
