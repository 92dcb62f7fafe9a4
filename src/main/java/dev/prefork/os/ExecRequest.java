package dev.prefork.os;

import java.util.List;

/**
 * What to become and what it may see.
 *
 * @param executable the file to execute; not searched for on PATH
 * @param arguments argv, the program's own name first
 * @param environment the whole environment, as {@code NAME=value}
 * @param closedFrom this descriptor and all above it are closed; what is open below stays, unless it is close-on-exec
 */
public record ExecRequest(String executable, List<String> arguments, List<String> environment, int closedFrom) {

    public ExecRequest {
        arguments = List.copyOf(arguments);
        environment = List.copyOf(environment);
    }
}
