package dev.prefork.master;

import dev.prefork.os.StartedWith;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a worker executes. Immutable.
 *
 * @param executable the file; not searched for on PATH
 * @param arguments argv, the program's own name first
 */
public record Program(String executable, List<String> arguments) {

    public Program {
        arguments = List.copyOf(arguments);
    }

    /**
     * This very program, as it was started: same executable, same arguments, and on a JVM the same options. The kernel
     * is asked, since only it knows all of that; see /proc/pid/exe and /proc/pid/cmdline in proc(5).
     */
    public static Program self() {
        try {
            String executable =
                    Files.readSymbolicLink(Path.of("/proc/self/exe")).toString();
            return new Program(executable, StartedWith.commandLine());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read how this process was started from /proc/self", e);
        }
    }

    /** The same for one worker: in its arguments {@code {slot}} is that worker's. */
    Program inSlot(int slot) {
        return new Program(
                executable, arguments.stream().map(text -> inSlot(text, slot)).toList());
    }

    static String inSlot(String text, int slot) {
        return text.replace("{slot}", Integer.toString(slot));
    }

    /** Whether there is something to execute. */
    public boolean exists() {
        return Files.isExecutable(Path.of(executable));
    }

    /** The same with more options right after the program's name: before a JVM's main class or jar. */
    public Program withOptions(List<String> options) {
        List<String> more = new ArrayList<>(arguments);
        more.addAll(1, options);
        return new Program(executable, more);
    }
}
