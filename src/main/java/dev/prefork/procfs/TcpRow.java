package dev.prefork.procfs;

/**
 * One line of {@link TcpTable}, which reads {@code SL: LOCAL:PORT REMOTE:PORT ST TX:RX TR:WHEN RETR UID TIMEOUT INODE …}.
 * Immutable.
 *
 * @param remote the address as the kernel writes it: 8 or 32 upper-case digits
 * @param inode the number in {@code socket:[…]} of the process that holds it; 0 while it has not been accepted, or once all
 *     have closed it
 */
public record TcpRow(int localPort, String remote, int remotePort, int state, long inode) {
    /** TCP_SYN_RECV of the kernel's tcp_states.h: answered, but the client's ACK is still to come. */
    static final int SYN_RECEIVED = 3;

    static TcpRow parse(String line) {
        String[] fields = line.strip().split(" +", 11);
        int colon = fields[2].indexOf(':');
        return new TcpRow(
                hex(fields[1].substring(fields[1].indexOf(':') + 1)),
                fields[2].substring(0, colon),
                hex(fields[2].substring(colon + 1)),
                hex(fields[3]),
                Long.parseLong(fields[9]));
    }

    private static int hex(String digits) {
        return Integer.parseInt(digits, 16);
    }
}
