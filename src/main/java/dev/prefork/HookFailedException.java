package dev.prefork;

import dev.prefork.library.Failure;

/** A hook threw; the cause is what it threw. */
public final class HookFailedException extends PreforkException {
    private final String hook;

    HookFailedException(Failure failure) {
        super(failure);
        hook = failure.hook();
    }

    /** The hook's name, such as {@code onChildSpawn}. */
    public String hook() {
        return hook;
    }
}
