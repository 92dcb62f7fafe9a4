package dev.prefork.os;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import jnr.constants.platform.Errno;

/**
 * execve(2) such that nothing of this program's runtime reaches the next one: what {@link Spawner} sees to in a new process,
 * here in our own. Everything is undone on the calling thread, the only one that lives on. For one thread, once.
 */
final class Successor {
    private static final int SIG_SETMASK = 2;
    private static final int LAST_SIGNAL = 64;

    /** From linux/close_range.h. */
    private static final int CLOSE_RANGE_CLOEXEC = 4;

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final Libc libc;
    private final ErrnoGuard guard;

    Successor(Libc libc, ErrnoGuard guard) {
        this.libc = libc;
        this.guard = guard;
    }

    void become(ExecRequest request) {
        byte[] path = NativeText.terminated(request.executable());
        NativeMemory arguments = NativeText.array(request.arguments());
        NativeMemory environment = NativeText.array(request.environment());
        heedSignals();
        closeOnExec(request.closedFrom());
        try {
            guard.callOnce("execve", () -> libc.execve(path, arguments, environment), request.executable());
        } finally {
            Reference.reachabilityFence(arguments);
            Reference.reachabilityFence(environment);
        }
    }

    /**
     * exec keeps the mask and what is ignored, and resets what is caught; see signal(7). The caught ones are left to it: a
     * JVM halts its own threads by SIGSEGV, and needs the handler until the last moment.
     */
    private void heedSignals() {
        NativeMemory none = NativeMemory.allocate(Libc.SIGSET_SIZE);
        guard.callReturningErrno("pthread_sigmask", () -> libc.pthread_sigmask(SIG_SETMASK, none, null), "SIG_SETMASK");
        Dispositions dispositions = new Dispositions(libc, guard);
        for (int signal = 1; signal <= LAST_SIGNAL; signal++) {
            dispositions.heed(signal);
        }
        Reference.reachabilityFence(none);
    }

    /** Marked and not closed: until the exec, and when it fails, the runtime needs its own. */
    private void closeOnExec(int from) {
        try {
            guard.call(
                    "close_range",
                    () -> libc.close_range(from, Integer.MAX_VALUE, CLOSE_RANGE_CLOEXEC),
                    from,
                    "CLOSE_RANGE_CLOEXEC");
        } catch (ErrnoException e) {
            // The flag is of Linux 5.11; before that it is EINVAL or ENOSYS, and EPERM in some sandboxes.
            markOneByOne(from, e);
        }
    }

    private void markOneByOne(int from, ErrnoException otherwise) {
        try (Stream<Path> entries = Files.list(DESCRIPTORS)) {
            entries.map(entry -> Integer.parseInt(entry.getFileName().toString()))
                    .filter(fd -> fd >= from)
                    .forEach(this::markIfOpen);
        } catch (IOException e) {
            throw otherwise;
        }
    }

    private void markIfOpen(int fd) {
        try {
            guard.call("fcntl", () -> libc.fcntl(fd, Libc.F_SETFD, Libc.FD_CLOEXEC), fd, "F_SETFD", Libc.FD_CLOEXEC);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EBADF) {
                throw e;
            }
        }
    }
}
