package dev.prefork.procfs;

import java.util.Optional;

/**
 * One line of {@link TcpTable}, which reads {@code SL: LOCAL:PORT REMOTE:PORT ST TX:RX TR:WHEN RETR UID TIMEOUT INODE …}.
 * Immutable.
 *
 * @param remote the address as the kernel writes it: 8 or 32 upper-case digits
 * @param inode the number in {@code socket:[…]} of the process that holds it; 0 while it has not been accepted, or once
 *     all have closed it
 */
public record TcpRow(int localPort, String remote, int remotePort, int state, long inode) {
    /** TCP_SYN_RECV of the kernel's tcp_states.h: answered, but the client's ACK is still to come. */
    static final int SYN_RECEIVED = 3;

    private static final int INODE = 9;

    /** Empty if this is not such a line: a sandbox that answers in the kernel's stead may leave fields out. */
    static Optional<TcpRow> parse(String line) {
        String[] fields = line.strip().split(" +", INODE + 2);
        if (fields.length <= INODE) {
            return Optional.empty();
        }
        int local = fields[1].indexOf(':');
        int remote = fields[2].indexOf(':');
        if (local < 0 || remote < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(new TcpRow(
                    hex(fields[1].substring(local + 1)),
                    fields[2].substring(0, remote),
                    hex(fields[2].substring(remote + 1)),
                    hex(fields[3]),
                    Long.parseLong(fields[INODE])));
        } catch (NumberFormatException malformed) {
            return Optional.empty();
        }
    }

    private static int hex(String digits) {
        return Integer.parseInt(digits, 16);
    }
}
