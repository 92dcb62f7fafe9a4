package dev.prefork.master;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Tells a worker its own pid in LISTEN_PID, as sd_listen_fds(3) demands, and in whatever else wants it.
 *
 * <p>posix_spawn(3) gives the pid to the parent, after the child's environment is fixed. So a shell goes first: it knows
 * its pid, and exec keeps it.
 */
final class ListenPid {
    private static final Path SHELL = Path.of("/bin/sh");

    /** What a shell takes for a variable. It drops the others from the environment it passes on. */
    private static final Pattern SHELL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private ListenPid() {}

    /** Whether there is a shell to do it. */
    static boolean available() {
        return Files.isExecutable(SHELL);
    }

    /**
     * The program behind a shell that sets the variables.
     *
     * @param variables what is to hold the pid
     * @param environment what the worker will get; Kubernetes allows names with dots and dashes, which no shell passes
     *     on, so those take the way over env(1)
     */
    static Program shim(Program program, List<String> environment, List<String> variables) {
        List<String> arguments = new ArrayList<>(List.of("sh", "-c", script(variables), "prefork"));
        List<String> odd = environment.stream()
                .filter(entry -> !SHELL_NAME.matcher(name(entry)).matches())
                .toList();
        if (!odd.isEmpty()) {
            arguments.add("env");
            arguments.addAll(odd);
        }
        arguments.add(program.executable());
        arguments.addAll(program.arguments().subList(1, program.arguments().size()));
        return new Program(SHELL.toString(), arguments);
    }

    private static String script(List<String> variables) {
        String pids = variables.stream().map(name -> name + "=$$").collect(Collectors.joining(" "));
        return "export " + pids + "; exec \"$@\"";
    }

    private static String name(String entry) {
        return entry.substring(0, Math.max(0, entry.indexOf('=')));
    }
}
