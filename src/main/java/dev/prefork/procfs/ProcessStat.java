package dev.prefork.procfs;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What is needed of one /proc/PID/stat; see proc_pid_stat(5), whose numbers of the fields are used here. Immutable.
 *
 * @param dead whether the process is a zombie, or at least its first thread is: neither memory nor files are seen any more
 * @param ticks CPU time of its own, and of its children that have ended and were waited for
 * @param threads those that have not ended
 */
record ProcessStat(int parent, int group, boolean dead, long ticks, int threads) {
    private static final int STATE = 3;
    private static final int PPID = 4;
    private static final int PGRP = 5;
    private static final int UTIME = 14;
    private static final int CSTIME = 17;
    private static final int NUM_THREADS = 20;

    /** That of the process with this directory; empty when it is gone. */
    static Optional<ProcessStat> of(Path process) {
        return ProcFiles.read(process.resolve("stat")).flatMap(ProcessStat::parse);
    }

    /** Empty if this is not such a line. */
    static Optional<ProcessStat> parse(String line) {
        // Field 2, the program's name, may hold anything, blanks and parentheses too: only what follows the last one
        // counts.
        int name = line.lastIndexOf(')');
        String[] fields = line.substring(name + 1).strip().split(" ", NUM_THREADS - STATE + 2);
        if (name < 0 || fields.length <= NUM_THREADS - STATE) {
            return Optional.empty();
        }
        try {
            long ticks = 0;
            for (int field = UTIME; field <= CSTIME; field++) {
                ticks += Long.parseLong(fields[field - STATE]);
            }
            boolean dead = fields[0].equals("Z") || fields[0].equals("X");
            int threads = Integer.parseInt(fields[NUM_THREADS - STATE]);
            // The first thread is counted until it is waited for, and that is when the last of the others has ended.
            return Optional.of(new ProcessStat(
                    Integer.parseInt(fields[PPID - STATE]),
                    Integer.parseInt(fields[PGRP - STATE]),
                    dead,
                    ticks,
                    dead ? Math.max(0, threads - 1) : threads));
        } catch (NumberFormatException malformed) {
            return Optional.empty();
        }
    }
}
