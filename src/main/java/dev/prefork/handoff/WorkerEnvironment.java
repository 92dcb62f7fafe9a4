package dev.prefork.handoff;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The environment of a worker: the master's own, less what is the master's alone, plus what is the worker's. */
public final class WorkerEnvironment {
    /** An inherited value of any of these speaks of another supervisor, above us. */
    private static final Set<String> REPLACED = Set.of(
            Variables.CHILD,
            Variables.SLOT,
            Variables.GENERATION,
            Variables.LEADER,
            Variables.LIFELINE,
            Variables.GUARD,
            Variables.MASTER_PID,
            Variables.BOARD,
            Variables.TAKEOVER,
            Variables.NOTIFY_SOCKET,
            Variables.WATCHDOG_USEC,
            Variables.WATCHDOG_PID);

    private WorkerEnvironment() {}

    /** Whether a variable belongs to the protocol between us and our workers, so that no other value may reach them. */
    public static boolean owns(String name) {
        return REPLACED.contains(name) || name.startsWith(Variables.EXEC_PREFIX) || Handoff.owns(name);
    }

    /** Whether a variable is for the master alone, in each of the forms in which a setting may be written; MicroProfile Config, "Environment variables". */
    public static boolean isWithheld(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT).endsWith(Variables.ADMIN_TOKEN);
    }

    public static List<String> of(Map<String, String> inherited, Map<String, String> own) {
        List<String> environment = new ArrayList<>();
        inherited.forEach((name, value) -> {
            if (!owns(name) && !isWithheld(name) && !own.containsKey(name)) {
                environment.add(name + "=" + value);
            }
        });
        own.forEach((name, value) -> environment.add(name + "=" + value));
        return environment;
    }
}
