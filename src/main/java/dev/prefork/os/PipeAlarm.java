package dev.prefork.os;

/** Makes the kernel send a signal when a pipe becomes readable; see fcntl(2). Stateless; any thread may call. */
final class PipeAlarm {
    private static final int F_SETOWN = 8;
    private static final int F_SETSIG = 10;
    private static final int O_ASYNC = 0x2000;

    private PipeAlarm() {}

    /** Which pipe tells which group, and how. */
    record Order(int fd, int group, Signal signal) {}

    /** Owner and signal belong to the open file description, which a duplicate would share: so it is opened by its name. */
    static int reopen(Libc libc, ErrnoGuard guard, int fd) {
        byte[] path = NativeText.terminated("/proc/self/fd/" + fd);
        return guard.call("open", () -> libc.open(path, Libc.O_CLOEXEC, 0), "/proc/self/fd/" + fd);
    }

    /** O_ASYNC comes last: without an owner and a signal it would go nowhere. */
    static void set(Order order, Libc libc, ErrnoGuard guard) {
        int fd = order.fd();
        guard.call("fcntl", () -> libc.fcntl(fd, F_SETOWN, -order.group()), fd, "F_SETOWN", -order.group());
        int number = order.signal().number();
        guard.call("fcntl", () -> libc.fcntl(fd, F_SETSIG, number), fd, "F_SETSIG", order.signal());
        int flags = guard.call("fcntl", () -> libc.fcntl(fd, Libc.F_GETFL, 0), fd, "F_GETFL");
        guard.call("fcntl", () -> libc.fcntl(fd, Libc.F_SETFL, flags | O_ASYNC), fd, "F_SETFL", "O_ASYNC");
    }
}
