package dev.prefork;

/** Which addresses a listener takes. */
public enum Network {
    /** IPv6 and, on the same socket, IPv4; IPv4 alone where the machine has no IPv6. */
    TCP,
    /** IPv4 only; the default. */
    TCP4,
    /** IPv6 only. */
    TCP6
}
