package dev.prefork.procfs;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What is needed of one /proc/PID/stat; see proc_pid_stat(5), whose numbers of the fields are used here. Immutable.
 *
 * @param state that of its first thread
 * @param cpu the time of its own, and of its children that have ended and were waited for
 * @param threads those that have not ended
 * @param residentPages memory in RAM, by the kernel's sum of what VmRSS in proc_pid_status(5) shows; 0 where it is not told
 */
record ProcessStat(Kin kin, char state, Cpu cpu, int threads, long residentPages) {
    private static final int STATE = 3;
    private static final int PPID = 4;
    private static final int PGRP = 5;
    private static final int SESSION = 6;
    private static final int UTIME = 14;
    private static final int STIME = 15;
    private static final int CUTIME = 16;
    private static final int CSTIME = 17;
    private static final int NUM_THREADS = 20;
    private static final int RSS = 24;

    /** Whose child it is, and which group and session it is in; 0 for those that are outside of this pid namespace. */
    record Kin(int parent, int group, int session) {}

    /** CPU time in ticks, in user mode and in the kernel. */
    record Cpu(long user, long kernel) {}

    /** Whether the process is a zombie, or at least its first thread is: neither memory nor files are seen any more. */
    boolean dead() {
        return isDead(state);
    }

    private static boolean isDead(char state) {
        return state == 'Z' || state == 'X';
    }

    long ticks() {
        return cpu.user + cpu.kernel;
    }

    /** That of the process with this directory; empty when it is gone. */
    static Optional<ProcessStat> of(Path process) {
        return ProcFiles.read(process.resolve("stat")).flatMap(ProcessStat::parse);
    }

    /** Empty if this is not such a line. */
    static Optional<ProcessStat> parse(String line) {
        // Field 2, the program's name, may hold anything, blanks and parentheses too: only what follows the last one
        // counts.
        int name = line.lastIndexOf(')');
        String[] fields = line.substring(name + 1).strip().split(" ", RSS - STATE + 2);
        if (name < 0 || fields.length <= NUM_THREADS - STATE) {
            return Optional.empty();
        }
        try {
            char state = fields[0].charAt(0);
            int threads = Integer.parseInt(fields[NUM_THREADS - STATE]);
            // The first thread is counted until it is waited for, and that is when the last of the others has ended.
            return Optional.of(new ProcessStat(
                    new Kin(
                            Integer.parseInt(fields[PPID - STATE]),
                            Integer.parseInt(fields[PGRP - STATE]),
                            Integer.parseInt(fields[SESSION - STATE])),
                    state,
                    new Cpu(
                            Long.parseLong(fields[UTIME - STATE]) + Long.parseLong(fields[CUTIME - STATE]),
                            Long.parseLong(fields[STIME - STATE]) + Long.parseLong(fields[CSTIME - STATE])),
                    isDead(state) ? Math.max(0, threads - 1) : threads,
                    fields.length > RSS - STATE ? Long.parseLong(fields[RSS - STATE].strip()) : 0));
        } catch (NumberFormatException malformed) {
            return Optional.empty();
        }
    }
}
