package dev.prefork;

/** A hook threw; the cause is what it threw. */
public final class HookFailedException extends PreforkException {
    private static final long serialVersionUID = 1L;

    private final String hook;

    HookFailedException(String hook, Throwable cause) {
        super(hook + " failed: " + cause, cause);
        this.hook = hook;
    }

    /** The hook's name, such as {@code onChildSpawn}. */
    public String hook() {
        return hook;
    }
}
