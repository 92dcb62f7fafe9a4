package dev.prefork.procfs;

import java.nio.charset.StandardCharsets;

/**
 * One line of {@link TcpTable}, of which each field is read when it is asked for. Immutable.
 *
 * <p>It reads {@code LOCAL:PORT REMOTE:PORT ST TX:RX TR:WHEN RETR UID TIMEOUT INODE …}, where the addresses are as wide as
 * the family's and the other fields as wide as their values.
 */
public final class TcpRow {
    /** TCP_SYN_RECV of the kernel's tcp_states.h: answered, but the client's ACK is still to come. */
    static final int SYN_RECEIVED = 3;

    private static final int PORT_DIGITS = 4;
    private static final int INODE_FIELD = 6;

    private final byte[] table;
    private final int local;
    private final int width;

    /** The line whose local address begins at {@code local} and has {@code width} digits. */
    TcpRow(byte[] table, int local, int width) {
        this.table = table;
        this.local = local;
        this.width = width;
    }

    int localPort() {
        return hex(local + width + 1, PORT_DIGITS);
    }

    /** The address as the kernel writes it: 8 or 32 upper-case digits. */
    public String remote() {
        return new String(table, remoteAt(), width, StandardCharsets.US_ASCII);
    }

    public int remotePort() {
        return hex(remoteAt() + width + 1, PORT_DIGITS);
    }

    int state() {
        return hex(stateAt(), 2);
    }

    /** The number in {@code socket:[…]} of the process that holds it; 0 while it has not been accepted, or once all have closed it. */
    public long inode() {
        int at = stateAt();
        for (int field = 0; field < INODE_FIELD; field++) {
            while (table[at] != ' ') {
                at++;
            }
            while (table[at] == ' ') {
                at++;
            }
        }
        long inode = 0;
        for (; table[at] >= '0' && table[at] <= '9'; at++) {
            inode = inode * 10 + table[at] - '0';
        }
        return inode;
    }

    private int remoteAt() {
        return local + width + 1 + PORT_DIGITS + 1;
    }

    private int stateAt() {
        return remoteAt() + width + 1 + PORT_DIGITS + 1;
    }

    private int hex(int at, int digits) {
        int value = 0;
        for (int i = at; i < at + digits; i++) {
            value = value << 4 | Character.digit(table[i], 16);
        }
        return value;
    }
}
