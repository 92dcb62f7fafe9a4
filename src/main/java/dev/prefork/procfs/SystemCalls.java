package dev.prefork.procfs;

import java.util.Map;

/**
 * The numbers under which a machine knows the system calls that wait for connections; see syscalls(2) and the kernel's
 * {@code unistd.h}. Immutable.
 */
record SystemCalls(Map<Integer, Kind> kinds) {
    /** What the first arguments are. */
    enum Kind {
        /** A listening socket's descriptor. */
        ACCEPT,
        /** An epoll set's descriptor. */
        EPOLL,
        /** The address of a struct pollfd array, and how many there are. */
        POLL,
        /** The highest descriptor plus one, and the address of the set to be read. */
        SELECT,
        /** None that matters here. */
        OTHER
    }

    private static final SystemCalls X86_64 = new SystemCalls(Map.of(
            7,
            Kind.POLL,
            23,
            Kind.SELECT,
            43,
            Kind.ACCEPT,
            232,
            Kind.EPOLL,
            270,
            Kind.SELECT,
            271,
            Kind.POLL,
            281,
            Kind.EPOLL,
            288,
            Kind.ACCEPT,
            441,
            Kind.EPOLL));
    private static final SystemCalls AARCH64 = new SystemCalls(Map.of(
            22, Kind.EPOLL, 72, Kind.SELECT, 73, Kind.POLL, 202, Kind.ACCEPT, 242, Kind.ACCEPT, 441, Kind.EPOLL));

    /** Those of the property {@code os.arch}; none where they are unknown here. */
    static SystemCalls of(String architecture) {
        return switch (architecture) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64" -> AARCH64;
            default -> new SystemCalls(Map.of());
        };
    }

    boolean isKnown() {
        return !kinds.isEmpty();
    }

    Kind kind(int number) {
        return kinds.getOrDefault(number, Kind.OTHER);
    }
}
