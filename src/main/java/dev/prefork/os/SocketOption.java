package dev.prefork.os;

/** The integer socket options Prefork uses, by the levels and numbers of Linux' headers. */
public enum SocketOption {
    REUSE_ADDRESS(1, 2),
    REUSE_PORT(1, 15),
    PASS_CREDENTIALS(1, 16),
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
