package dev.prefork.os;

import java.util.List;

/**
 * What to start and what it may see.
 *
 * @param executable the file to execute; not searched for on PATH
 * @param arguments argv, the program's own name first
 * @param environment the whole environment, as {@code NAME=value}
 * @param descriptors what the process gets besides 0, 1 and 2; everything else is closed. Sources and
 *     targets may overlap, even be swapped; a source outside of all targets is cheapest
 */
public record SpawnRequest(
        String executable, List<String> arguments, List<String> environment, List<Descriptor> descriptors) {
    /** The first descriptor that is neither input, output nor errors. */
    static final int FIRST_EXTRA = 3;

    public SpawnRequest {
        arguments = List.copyOf(arguments);
        environment = List.copyOf(environment);
        descriptors = List.copyOf(descriptors);
    }

    /** The first descriptor above all that the process gets: from here on everything is closed. */
    public int closedFrom() {
        return descriptors.stream().mapToInt(Descriptor::target).reduce(FIRST_EXTRA - 1, Math::max) + 1;
    }

    /** The parent's descriptor {@code source} is the child's {@code target}. */
    public record Descriptor(int source, int target) {}
}
