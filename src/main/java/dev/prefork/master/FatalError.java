package dev.prefork.master;

/**
 * What a master could not go on after, for people. Immutable.
 *
 * @param thread the name of the thread in which it came
 */
public record FatalError(String thread, Throwable cause) {
    /** How the JVM says that clone(2) failed, without a free pid or memory for the stack; a native executable, in other case. */
    private static final String NO_THREAD = "unable to create native thread";

    /** One whole line: which thread, what, and the remedy. */
    public String line() {
        return "internal error: thread " + thread + " failed: " + cause + "; " + remedy();
    }

    private String remedy() {
        if (isWantOfThreads(cause)) {
            return "raise the limit of processes (pids.max, RLIMIT_NPROC), or give the workers one of their own";
        }
        return isOutOfMemory()
                ? "give the master a larger heap (-Xmx) or raise the memory limit"
                : "this is a bug in Prefork, please report it";
    }

    /** The user's to remedy, so that no stack trace helps. */
    public boolean isOutOfMemory() {
        return cause instanceof OutOfMemoryError;
    }

    /**
     * Whether a thread could not be started: pids are scarce while a worker forks without end (pids.max, RLIMIT_NPROC), and that
     * passes. Nothing is lost by it but the one task, and the heap is as it was.
     */
    public static boolean isWantOfThreads(Throwable error) {
        String message = error instanceof OutOfMemoryError ? error.getMessage() : null;
        return message != null && message.regionMatches(true, 0, NO_THREAD, 0, NO_THREAD.length());
    }
}
