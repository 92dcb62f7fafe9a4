package dev.prefork;

import java.util.Locale;

/** Which addresses a listener takes. */
public enum Network {
    /** IPv6 and, on the same socket, IPv4; IPv4 alone where the machine has no IPv6. */
    TCP,
    /** IPv4 only; the default. */
    TCP4,
    /** IPv6 only. */
    TCP6;

    /** The address with its scheme; one that has its own keeps it. */
    String address(String address) {
        return address.contains("://") ? address : name().toLowerCase(Locale.ROOT) + "://" + address;
    }
}
