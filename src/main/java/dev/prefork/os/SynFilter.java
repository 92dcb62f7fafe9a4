package dev.prefork.os;

/**
 * A classic BPF program for SO_ATTACH_FILTER (socket(7)) that drops the segment that opens a TCP connection, SYN without
 * ACK, and passes everything else: on a listener, what completes a handshake that is under way.
 *
 * <p>To a filter of a TCP socket a packet begins with its TCP header, in both IP versions. Laid out as the kernel wants
 * it: struct sock_fprog, and behind it the struct sock_filter's it points to. Stateless.
 */
final class SynFilter {
    /** sizeof(struct sock_fprog): a short, padding, a pointer. */
    static final int HEADER_SIZE = 16;

    private static final int POINTER = 8;
    private static final int INSTRUCTION_SIZE = 8;

    private static final int FLAGS = 13;
    private static final int SYN = 0x02;
    private static final int ACK = 0x10;

    /** Code, jump if true, jump if false, operand; jumps count the instructions they skip. */
    private static final int[][] PROGRAM = {
        {0x30, 0, 0, FLAGS}, // BPF_LD | BPF_B | BPF_ABS
        {0x54, 0, 0, SYN | ACK}, // BPF_ALU | BPF_AND | BPF_K
        {0x15, 1, 0, SYN}, // BPF_JMP | BPF_JEQ | BPF_K
        {0x06, 0, 0, -1}, // BPF_RET | BPF_K: all of the packet
        {0x06, 0, 0, 0}, // and here nothing of it
    };

    private static final int MEMBARRIER_CMD_GLOBAL = 1;
    private static final int SYS_MEMBARRIER_X86_64 = 324;
    private static final int SYS_MEMBARRIER_AARCH64 = 283;

    private SynFilter() {}

    /** Blocks until no packet is in hand that had passed before the filter was attached; see membarrier(2). */
    static void awaitPacketsInHand(Libc libc, ErrnoGuard guard) {
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        int number = arm ? SYS_MEMBARRIER_AARCH64 : SYS_MEMBARRIER_X86_64;
        guard.call("membarrier", () -> libc.syscall(number, MEMBARRIER_CMD_GLOBAL, 0, 0, 0), "MEMBARRIER_CMD_GLOBAL");
    }

    /** The option's value; the memory must stay reachable until the call is over. */
    static NativeMemory value() {
        NativeMemory value = NativeMemory.allocate(HEADER_SIZE + PROGRAM.length * INSTRUCTION_SIZE);
        value.putShort(0, (short) PROGRAM.length);
        value.putLong(POINTER, value.address() + HEADER_SIZE);
        for (int i = 0; i < PROGRAM.length; i++) {
            int at = HEADER_SIZE + i * INSTRUCTION_SIZE;
            value.putShort(at, (short) PROGRAM[i][0]);
            value.putByte(at + 2, (byte) PROGRAM[i][1]);
            value.putByte(at + 3, (byte) PROGRAM[i][2]);
            value.putInt(at + 4, PROGRAM[i][3]);
        }
        return value;
    }
}
