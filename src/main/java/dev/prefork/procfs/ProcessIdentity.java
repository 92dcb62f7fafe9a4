package dev.prefork.procfs;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** What tells one process from another that has, or had, the same number, and from a person's point of view. Stateless; any thread. */
public final class ProcessIdentity {
    private static final int STATE = 3;
    private static final int STARTTIME = 22;
    private static final int LONGEST_COMMAND = 120;

    private ProcessIdentity() {}

    /** When the process was started, in ticks since the system's start: field 22 of proc_pid_stat(5); empty if there is none such. */
    public static OptionalLong startTime(Path proc, long pid) {
        Optional<String> line = ProcFiles.read(proc.resolve(Long.toString(pid)).resolve("stat"));
        return line.isEmpty() ? OptionalLong.empty() : startTime(line.get());
    }

    static OptionalLong startTime(String line) {
        // As in ProcessStat: the program's name may hold anything.
        int name = line.lastIndexOf(')');
        String[] fields = line.substring(name + 1).strip().split(" ");
        if (name < 0 || fields.length <= STARTTIME - STATE) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(fields[STARTTIME - STATE]));
        } catch (NumberFormatException malformed) {
            return OptionalLong.empty();
        }
    }

    /** Its command line for people, shortened; empty if it cannot be read or the process has none. */
    public static Optional<String> command(Path proc, long pid) {
        return ProcFiles.read(proc.resolve(Long.toString(pid)).resolve("cmdline"))
                .map(words -> words.replace('\0', ' ').strip())
                .filter(words -> !words.isEmpty())
                .map(words -> words.length() <= LONGEST_COMMAND ? words : words.substring(0, LONGEST_COMMAND) + "...");
    }
}
