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

    public SpawnRequest {
        arguments = List.copyOf(arguments);
        environment = List.copyOf(environment);
        descriptors = List.copyOf(descriptors);
    }

    /** The parent's descriptor {@code source} is the child's {@code target}. */
    public record Descriptor(int source, int target) {}
}
