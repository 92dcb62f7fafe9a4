package dev.prefork.shim;

import dev.prefork.handoff.Variables;
import dev.prefork.os.ExecRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * What a shim is to become, written into its environment by the master and read from there by the shim.
 *
 * <p>Not into its arguments: the runtime of a native executable of an application's build takes what looks like an option of a JVM for its own,
 * wherever it stands, and refuses to start with {@code -XX} options that it does not know. Each argument has a variable of
 * its own, since the kernel limits each string and not only their sum; see MAX_ARG_STRLEN in execve(2). Immutable.
 *
 * @param executable the file to execute; not searched for on PATH
 * @param arguments argv, the program's own name first
 * @param pidVariables what is to hold the pid
 * @param closedFrom the first descriptor that is not meant for the worker, nor any above it
 */
public record ExecOrder(String executable, List<String> arguments, List<String> pidVariables, int closedFrom) {
    private static final String FILE = Variables.EXEC_PREFIX + "FILE";
    private static final String COUNT = Variables.EXEC_PREFIX + "COUNT";
    private static final String PIDS = Variables.EXEC_PREFIX + "PIDS";
    private static final String CLOSED_FROM = Variables.EXEC_PREFIX + "CLOSED_FROM";
    private static final String SEPARATOR = ",";

    public ExecOrder {
        arguments = List.copyOf(arguments);
        pidVariables = List.copyOf(pidVariables);
    }

    /** Whether a variable is part of an order, and so for a shim only. */
    static boolean owns(String variable) {
        return variable.startsWith(Variables.EXEC_PREFIX);
    }

    /** The order as {@code NAME=value}. */
    public List<String> variables() {
        List<String> variables = new ArrayList<>(List.of(
                FILE + "=" + executable,
                COUNT + "=" + arguments.size(),
                PIDS + "=" + String.join(SEPARATOR, pidVariables),
                CLOSED_FROM + "=" + closedFrom));
        for (int i = 0; i < arguments.size(); i++) {
            variables.add(argument(i) + "=" + arguments.get(i));
        }
        return variables;
    }

    /** The order in an environment; empty if there is none, or not all of it. */
    static Optional<ExecOrder> read(Map<String, String> environment) {
        OptionalInt count = Variables.number(environment, COUNT);
        OptionalInt closedFrom = Variables.number(environment, CLOSED_FROM);
        if (count.isEmpty() || closedFrom.isEmpty() || !environment.keySet().containsAll(List.of(FILE, PIDS))) {
            return Optional.empty();
        }
        List<String> arguments = IntStream.range(0, Math.min(count.getAsInt(), environment.size()))
                .mapToObj(ExecOrder::argument)
                .filter(environment::containsKey)
                .map(environment::get)
                .toList();
        List<String> pidVariables = List.of(environment.get(PIDS).split(SEPARATOR));
        return arguments.size() == count.getAsInt()
                ? Optional.of(new ExecOrder(environment.get(FILE), arguments, pidVariables, closedFrom.getAsInt()))
                : Optional.empty();
    }

    /** How the process {@code pid} carries it out: nothing of an order is left in the environment, and the pid is. */
    ExecRequest execution(int pid, Map<String, String> environment) {
        List<String> left = new ArrayList<>();
        environment.forEach((name, value) -> {
            if (!owns(name) && !pidVariables.contains(name)) {
                left.add(name + "=" + value);
            }
        });
        pidVariables.forEach(name -> left.add(name + "=" + pid));
        return new ExecRequest(executable, arguments, left, closedFrom);
    }

    private static String argument(int index) {
        return Variables.EXEC_PREFIX + index;
    }
}
