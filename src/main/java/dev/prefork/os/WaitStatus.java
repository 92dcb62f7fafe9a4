package dev.prefork.os;

/** How a process ended: with an exit code, or by a signal; see waitpid(2). */
public sealed interface WaitStatus {

    record Exited(int code) implements WaitStatus {
        @Override
        public String toString() {
            return "exit code " + code;
        }
    }

    record Signaled(int signal, boolean coreDumped) implements WaitStatus {
        @Override
        public String toString() {
            return Signal.describe(signal) + (coreDumped ? " (core dumped)" : "");
        }
    }

    /** It ended, but other code of this process has reaped it, and nothing is left to ask. */
    record Unknown() implements WaitStatus {
        @Override
        public String toString() {
            return "exit status unknown, taken by other code of this process";
        }
    }

    WaitStatus UNKNOWN = new Unknown();

    /** Decodes the status word of waitpid(2): low seven bits the signal, 0x80 a core dump, the next byte the code. */
    static WaitStatus decode(int status) {
        int signal = status & 0x7f;
        return signal == 0 ? new Exited((status >> 8) & 0xff) : new Signaled(signal, (status & 0x80) != 0);
    }
}
