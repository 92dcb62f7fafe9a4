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
            } catch (LaunchFailedException | CommandProducerException e) {
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

    /**
     * Sets a variable for the child.
     *
     * @throws ReservedVariableException if it is one of those that Prefork itself sets, such as {@code PREFORK_SLOT} or
     *     {@code LISTEN_FDS}
     */
    public Command variable(String name, String value) {
        return calling(() -> variables.put(ChildCommand.requireFree(name), value));
    }

    /**
     * Starts the child, as the leader of a session and process group of its own.
     *
     * @throws ProgramNotFoundException if there is nothing to execute
     * @throws LaunchFailedException if the kernel would not; let it through and the child is tried again
     */
    public Command start() {
        return calling(() -> command.start(program, variables));
    }

    /** The whole environment of the child, for a producer that starts it in another way; see {@link #adopt}. */
    public Map<String, String> environment() {
        return command.environment(program, variables);
    }

    /**
     * The descriptors of the child, for a producer that starts it in another way: which number there is a duplicate of which
     * descriptor here. Here they are close-on-exec. The child should be given no others but 0, 1 and 2.
     */
    public Map<Integer, Integer> descriptors() {
        return command.descriptors(program, variables);
    }

    /**
     * Takes over a child that the producer has started itself, in the place of {@link #start}. What it needs to serve is in
     * {@link #environment} and {@link #descriptors}.
     *
     * <p>If it leads a process group of its own, signals go to that group, as with {@link #start}. If not, they go to it alone, and
     * what it starts is not ended with it. Prefork reaps it. If other code does so first, as the JDK does with each of its
     * own {@code Process}es, its end is noticed all the same, but not its exit status.
     *
     * @param pid a child of this process, not a grandchild
     * @throws LaunchFailedException if it is none, or is reaped already; let it through and the child is tried again
     */
    public Command adopt(int pid) {
        return calling(() -> command.adopt(pid));
    }

    private Command calling(Runnable call) {
        try {
            call.run();
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
