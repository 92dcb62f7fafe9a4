package dev.prefork.os;

/** The integer socket options Prefork uses, by the levels and numbers of Linux' headers. */
public enum SocketOption {
    REUSE_ADDRESS(Libc.SOL_SOCKET, 2),
    REUSE_PORT(Libc.SOL_SOCKET, 15),
    PASS_CREDENTIALS(Libc.SOL_SOCKET, 16),
    V6_ONLY(41, 26);

    private final int level;
    private final int number;

    SocketOption(int level, int number) {
        this.level = level;
        this.number = number;
    }

    int level() {
        return level;
    }

    int number() {
        return number;
    }
}
