package dev.prefork;

import dev.prefork.master.LaunchFailedException;
import dev.prefork.master.Program;
import dev.prefork.master.WorkerProcess;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The command that starts one child.
 *
 * <p>Threading: none; it belongs to the producer it was given to.
 */
public final class Command {
    private final WorkerProcess process;
    private final int slot;
    private final Map<String, String> variables = new LinkedHashMap<>();
    private Program program;
    private OptionalInt pid = OptionalInt.empty();

    Command(WorkerProcess process, int slot, Program program) {
        this.process = process;
        this.slot = slot;
        this.program = program;
    }

    /** Which child this is: 0 to workers − 1. One that is started in the place of another has the same number. */
    public int slot() {
        return slot;
    }

    public String executable() {
        return program.executable();
    }

    /** The arguments after the program's name. */
    public List<String> arguments() {
        return program.arguments().subList(1, program.arguments().size());
    }

    /** Executes something else: a path, which is not searched for, and the arguments after the program's name. */
    public Command run(String executable, List<String> arguments) {
        List<String> all = new java.util.ArrayList<>(List.of(executable));
        all.addAll(arguments);
        program = new Program(executable, all);
        return this;
    }

    /** Sets a variable for the child. The names that Prefork itself sets cannot be changed. */
    public Command variable(String name, String value) {
        variables.put(name, value);
        return this;
    }

    /**
     * Starts the child.
     *
     * @throws LaunchFailedException if the kernel would not; let it through and the child is tried again
     */
    public Command start() throws LaunchFailedException {
        if (pid.isPresent()) {
            throw new IllegalStateException("the command was already started, as pid " + pid.getAsInt());
        }
        pid = OptionalInt.of(process.launch(slot, program, variables));
        return this;
    }

    public boolean isStarted() {
        return pid.isPresent();
    }

    /** The child's pid, once it is started. */
    public OptionalInt pid() {
        return pid;
    }
}
