package dev.prefork.log;

import static dev.prefork.log.Level.ERROR;
import static dev.prefork.log.Level.INFO;
import static dev.prefork.log.Level.WARN;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What lines are about, by names that stay: a filter of a log collector may rely on them. {@code docs/EVENTS.md} says what each
 * means. A name is for one thing: two things that are to be told apart have two.
 */
public enum EventName {
    MASTER_STARTING(of(INFO), Key.WORKERS),
    APPLICATION_IN_MASTER(of(INFO)),
    LISTENING(of(INFO), Key.LISTENER, Key.ADDRESS, Key.DESCRIPTOR),
    LISTENER_WARNING(of(WARN), Key.LISTENER),
    SIZING(of(INFO)),
    RECOVERY_RULES(of(INFO), Key.THRESHOLD),
    SETTINGS_WARNING(of(INFO, WARN)),
    WORKERS_STARTED(of(INFO), Key.PIDS),
    WORKERS_READY(of(INFO)),
    MANAGEMENT_READY(of(INFO), Key.PORT),

    WORKER_STARTED(of(INFO), Key.REASON, Key.OLD_PID),
    WORKER_START_FAILED(of(WARN), Key.WHY),
    WORKER_READY(of(INFO), Key.SECONDS),
    WORKER_STOPPING(of(INFO), Key.WHY),
    WORKER_HUNG(of(ERROR), Key.SECONDS),
    WORKER_STALLED(of(ERROR), Key.SECONDS, Key.WAITING, Key.LISTENER),
    WORKER_KILLED(of(WARN)),
    WORKER_EXITED(
            of(INFO, WARN, ERROR),
            Key.CAUSE,
            Key.EXIT_CODE,
            Key.SIGNAL_NUMBER,
            Key.LAST_ERROR,
            Key.PLANNED,
            Key.SECONDS),
    WORKER_RESTART_DELAYED(of(WARN), Key.SECONDS, Key.FAILURES),
    WORKER_REPLACED(of(INFO), Key.OLD_PID),
    WORKER_RECYCLING(of(INFO), Key.WHY),
    WORKER_ABANDONED(of(ERROR)),
    WORKER_DUMP(of(INFO), Key.WHY),
    WORKER_STATUS(of(INFO)),
    WORKER_HEALTH(of(INFO, WARN)),
    WORKER_MESSAGE_REFUSED(of(INFO, WARN)),
    WORKER_OUTPUT(of(INFO), Key.STREAM, Key.PARTIAL),
    PROCESS_STOPPING(of(WARN), Key.SIGNAL),
    PROCESS_ABANDONED(of(ERROR)),
    PROCESS_UNREACHABLE(of(WARN, ERROR), Key.WHY, Key.SIGNAL),
    START_LIMIT_RAISED(of(INFO), Key.AT_ONCE),
    STANDBY_READY(of(INFO), Key.SECONDS),
    STANDBY_TOOK_OVER(of(INFO), Key.OLD_PID, Key.OLD_SLOT),
    STANDBY_ACCEPTS(of(WARN)),

    SCALED(of(INFO), Key.WHY, Key.WORKERS, Key.FROM),
    SCALE_REFUSED(of(WARN)),
    LIMITS_CHANGED(of(INFO)),
    SHARE_CHANGED(of(INFO)),
    SHARE_KEPT(of(WARN), Key.WHY),
    RELOAD_BEGAN(of(INFO), Key.WHY, Key.VERSION, Key.WORKERS),
    RELOAD_COMPLETED(of(INFO), Key.SECONDS, Key.VERSION, Key.WORKERS),
    RELOAD_ABORTED(of(INFO, ERROR), Key.WHY, Key.VERSION, Key.WORKERS, Key.LEFT),
    RELOAD_SUPERSEDED(of(INFO), Key.VERSION),
    RELOAD_REFUSED(of(WARN, ERROR), Key.WHY),
    RELOAD_WAITING(of(WARN)),
    WATCH(of(INFO, WARN)),
    MEMORY_SHORT(of(WARN)),
    BOOT_CACHE(of(INFO, WARN)),

    SIGNAL_IGNORED(of(WARN), Key.SIGNAL),
    THRESHOLD_EXCEEDED(of(ERROR), Key.SECONDS, Key.FAILURES, Key.THRESHOLD),
    STOP_BEGAN(of(INFO), Key.WHY, Key.WORKERS),
    DRAIN_BEGAN(of(INFO), Key.SECONDS),
    QUEUE_EMPTIED(of(INFO, WARN), Key.SECONDS, Key.WAITING),
    QUEUE_CLOSED(of(INFO, WARN), Key.WAITING),
    QUEUE_WARNING(of(WARN)),

    CONTROL_WARNING(of(WARN)),
    MASTER_STOPPED(of(INFO), Key.SECONDS),
    MASTER_ENDED(of(ERROR)),

    LINES_DROPPED(of(WARN), Key.LINES),
    LOOK_FAILED(of(WARN)),
    GUARD_WARNING(of(WARN)),
    NOTIFICATIONS_UNREADABLE(of(ERROR), Key.WHY),
    METRICS_REJECTED(of(WARN)),
    TERMINATION_MESSAGE_FAILED(of(WARN)),
    INTERNAL_ERROR(of(WARN, ERROR)),
    LOG(of(INFO, WARN, ERROR));

    private final Set<Level> levels;
    private final List<Key> keys;

    EventName(Set<Level> levels, Key... keys) {
        this.levels = levels;
        this.keys = List.of(keys);
    }

    private static Set<Level> of(Level... levels) {
        return Set.of(levels);
    }

    /** As it is written, such as {@code worker-started}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Those that its lines may have; a line may be at another one where a library says so. */
    public Set<Level> levels() {
        return levels;
    }

    /** What its lines may say besides slot, pid and text. */
    public List<Key> keys() {
        return keys;
    }
}
