package dev.prefork.master;

import dev.prefork.os.SpawnRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A shell that sets the variables and execs the worker. Immutable. */
record ShellFirst() implements ListenPid {
    private static final String SHELL = "/bin/sh";

    /** What a shell takes for a variable. It drops the others from the environment it passes on. */
    private static final Pattern SHELL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Kubernetes allows names with dots and dashes, which no shell passes on, so those take the way over env(1). */
    @Override
    public SpawnRequest start(SpawnRequest worker, List<String> variables) {
        List<String> arguments = new ArrayList<>(List.of("sh", "-c", script(variables), "prefork"));
        List<String> odd = worker.environment().stream()
                .filter(entry -> !SHELL_NAME.matcher(name(entry)).matches())
                .toList();
        if (!odd.isEmpty()) {
            arguments.add("env");
            arguments.addAll(odd);
        }
        arguments.add(worker.executable());
        arguments.addAll(worker.arguments().subList(1, worker.arguments().size()));
        return new SpawnRequest(SHELL, arguments, worker.environment(), worker.descriptors());
    }

    private static String script(List<String> variables) {
        String pids = variables.stream().map(name -> name + "=$$").collect(Collectors.joining(" "));
        return "export " + pids + "; exec \"$@\"";
    }

    private static String name(String entry) {
        return entry.substring(0, Math.max(0, entry.indexOf('=')));
    }
}
