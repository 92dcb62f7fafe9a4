package dev.prefork.os;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import jnr.constants.platform.Errno;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * A program that makes a mess of its signals and descriptors and then becomes a shell, which keeps descriptors below 4.
 * Arguments: {@code new} or {@code old} for the kernel, and the script.
 */
final class ExecProgram {
    private static final int SIG_BLOCK = 0;
    private static final int SIGUSR2 = 12;
    private static final int STRAY = 150;

    private ExecProgram() {}

    public static void main(String[] arguments) {
        Libc real = new LoadedLibc();
        Signal.handle(new Signal("HUP"), SignalHandler.SIG_IGN);
        Signal.handle(new Signal("TERM"), signal -> {});
        NativeMemory blocked = NativeMemory.allocate(Libc.SIGSET_SIZE);
        blocked.putLong(0, 1L << (SIGUSR2 - 1));
        real.pthread_sigmask(SIG_BLOCK, blocked, null);
        real.dup2(1, STRAY);
        Libc libc = arguments[0].equals("old") ? withoutCloseRange(real) : real;
        int error = Errno.EINVAL.intValue();
        new LinuxPosix(libc, () -> libc == real ? LoadedLibc.lastError() : error)
                .exec(new ExecRequest("/bin/sh", List.of("sh", "-c", arguments[1]), List.of("PATH=/usr/bin:/bin"), 4));
    }

    /** As before Linux 5.11, which knows no CLOSE_RANGE_CLOEXEC. */
    private static Libc withoutCloseRange(Libc real) {
        return (Libc) Proxy.newProxyInstance(
                ExecProgram.class.getClassLoader(), new Class<?>[] {Libc.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close_range")) {
                        return -1;
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
