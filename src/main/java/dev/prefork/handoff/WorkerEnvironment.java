package dev.prefork.handoff;

import dev.prefork.board.BoardWriter;
import dev.prefork.shim.ExecOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The environment of a worker: the master's own, less what is the master's alone, plus what is the worker's. */
public final class WorkerEnvironment {
    public static final String CHILD = "PREFORK_CHILD";
    public static final String SLOT = "PREFORK_SLOT";
    public static final String LIFELINE = "PREFORK_LIFELINE";
    public static final String MASTER_PID = "PREFORK_MASTER_PID";
    public static final String NOTIFY_SOCKET = "NOTIFY_SOCKET";
    public static final String WATCHDOG_USEC = "WATCHDOG_USEC";
    public static final String WATCHDOG_PID = "WATCHDOG_PID";

    /** An inherited value of any of these speaks of another supervisor, above us. */
    private static final Set<String> REPLACED =
            Set.of(CHILD, SLOT, LIFELINE, MASTER_PID, NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID, BoardWriter.VARIABLE);

    private WorkerEnvironment() {}

    public static List<String> of(Map<String, String> inherited, Map<String, String> own) {
        List<String> environment = new ArrayList<>();
        inherited.forEach((name, value) -> {
            if (!REPLACED.contains(name) && !Handoff.owns(name) && !ExecOrder.owns(name) && !own.containsKey(name)) {
                environment.add(name + "=" + value);
            }
        });
        own.forEach((name, value) -> environment.add(name + "=" + value));
        return environment;
    }
}
