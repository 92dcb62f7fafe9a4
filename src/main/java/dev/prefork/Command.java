package dev.prefork;

import dev.prefork.library.ChildCommand;
import dev.prefork.library.Failure;
import dev.prefork.master.Program;
import java.util.ArrayList;
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
    private final ChildCommand command;
    private final Map<String, String> variables = new LinkedHashMap<>();
    private Program program;

    private Command(ChildCommand command) {
        this.command = command;
        program = command.self();
    }

    /** A producer as the library calls it. */
    static ChildCommand.Producer producedBy(CommandProducer producer) {
        return command -> {
            try {
                Command produced = producer.produce(new Command(command));
                return produced == null ? null : produced.command;
            } catch (LaunchFailedException e) {
                throw e.failure();
            }
        };
    }

    /** Which child this is: 0 to workers − 1. One that is started in the place of another has the same number. */
    public int slot() {
        return command.slot();
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
        List<String> all = new ArrayList<>(List.of(executable));
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
    public Command start() {
        try {
            command.start(program, variables);
            return this;
        } catch (Failure failure) {
            throw PreforkException.of(failure);
        }
    }

    public boolean isStarted() {
        return command.pid().isPresent();
    }

    /** The child's pid, once it is started. */
    public OptionalInt pid() {
        return command.pid();
    }
}
