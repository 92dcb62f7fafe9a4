package dev.prefork.handoff;

import java.util.Map;
import java.util.OptionalInt;

/** The names of the protocol's variables, which stand nowhere else in the product. Constants. */
public final class Variables {
    /** Is {@code 1} in a process that a Prefork master started. */
    public static final String CHILD = "PREFORK_CHILD";

    /** The worker's place, from 0 on. */
    public static final String SLOT = "PREFORK_SLOT";

    /** Counts up with each process in the slot, from 1 on. */
    public static final String GENERATION = "PREFORK_GENERATION";

    /** The abstract name that the one worker has bound that leads. */
    public static final String LEADER = "PREFORK_LEADER";

    /** The descriptor that reads end-of-file once the master is gone. */
    public static final String LIFELINE = "PREFORK_LIFELINE";

    /** The descriptor over which the kernel kills the worker's group when the master has been gone for a moment. */
    public static final String GUARD = "PREFORK_GUARD";

    public static final String MASTER_PID = "PREFORK_MASTER_PID";

    /** The descriptor of the shared memory into which the worker writes its metrics. */
    public static final String BOARD = "PREFORK_BOARD";

    /** The descriptor over which a standby is told to serve. Where it is missing, a worker serves as soon as it can. */
    public static final String TAKEOVER = "PREFORK_TAKEOVER";

    /** Begins the names of all that a shim is told; no setting begins like that. */
    public static final String EXEC_PREFIX = "PREFORK_EXEC_";

    /** The master's own, which no worker is to know; see config.Options. */
    public static final String ADMIN_TOKEN = "PREFORK_ADMIN_TOKEN";

    /** See sd_notify(3). */
    public static final String NOTIFY_SOCKET = "NOTIFY_SOCKET";

    /** See sd_watchdog_enabled(3). */
    public static final String WATCHDOG_USEC = "WATCHDOG_USEC";

    public static final String WATCHDOG_PID = "WATCHDOG_PID";

    /** See sd_listen_fds(3). */
    public static final String LISTEN_FDS = "LISTEN_FDS";

    public static final String LISTEN_FDNAMES = "LISTEN_FDNAMES";
    public static final String LISTEN_PID = "LISTEN_PID";
    static final String LISTEN_PIDFDID = "LISTEN_PIDFDID";

    static final String SERVER_STARTER_PORT = "SERVER_STARTER_PORT";
    static final String SERVER_STARTER_GENERATION = "SERVER_STARTER_GENERATION";

    /** See OpenTelemetry's specification of its environment variables. */
    static final String OTEL_RESOURCE_ATTRIBUTES = "OTEL_RESOURCE_ATTRIBUTES";

    static final String EINHORN_FDS = "EINHORN_FDS";

    /** Followed by {@code COUNT}, or by a listener's index. */
    static final String EINHORN_PREFIX = "EINHORN_FD_";

    static final String NGINX = "NGINX";

    private Variables() {}

    /** Whether a Prefork master started this process, or, without its doing, an ancestor. */
    public static boolean isChild(Map<String, String> environment) {
        return "1".equals(environment.get(CHILD));
    }

    /** The number in a variable, such as that of a descriptor; empty when there is none that can be one. */
    public static OptionalInt number(Map<String, String> environment, String variable) {
        String value = environment.getOrDefault(variable, "").strip();
        return value.matches("\\d{1,9}") ? OptionalInt.of(Integer.parseInt(value)) : OptionalInt.empty();
    }
}
