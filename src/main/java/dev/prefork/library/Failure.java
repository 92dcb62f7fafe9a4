package dev.prefork.library;

import dev.prefork.handoff.AdoptionException;
import dev.prefork.listen.ListenException;
import dev.prefork.master.SignalUnavailableException;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.UnsupportedPlatformException;
import java.util.Map;

/** Why the library gave up; the API has an exception for each kind. The message is one line. */
public final class Failure extends RuntimeException {
    private static final Map<Class<? extends RuntimeException>, Kind> KINDS = Map.of(
            ListenException.class, Kind.LISTENER,
            AdoptionException.class, Kind.INHERITANCE,
            UnsupportedPlatformException.class, Kind.PLATFORM,
            SignalUnavailableException.class, Kind.SIGNAL,
            ErrnoException.class, Kind.SYSTEM_CALL);

    private final Kind kind;
    private final String hook;

    /** What went wrong. */
    public enum Kind {
        LISTENER,
        TLS,
        INHERITANCE,
        PLATFORM,
        SIGNAL,
        SYSTEM_CALL,
        LAUNCH,
        HOOK,
        PRODUCER,
        NO_COMMAND,
        COMMAND_NOT_STARTED,
        NO_PROGRAM,
        RESERVED_VARIABLE,
        OVER_RECOVERY,
        NEVER_READY,
        ANOTHER_MASTER,
        MASTER
    }

    private Failure(Kind kind, String hook, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.hook = hook;
    }

    public Failure(Kind kind, String message, Throwable cause) {
        this(kind, "", message, cause);
    }

    Failure(Kind kind, String message) {
        this(kind, message, null);
    }

    public static Failure ofHook(String hook, Throwable cause) {
        return new Failure(Kind.HOOK, hook, hook + " failed: " + cause, cause);
    }

    /** What the packages below throw, by its kind; what comes from the program itself stays what it is. */
    static RuntimeException of(RuntimeException thrown) {
        Kind kind = KINDS.get(thrown.getClass());
        return kind == null ? thrown : new Failure(kind, thrown.getMessage(), thrown);
    }

    /** What ended a master; what has no kind is a fault in it. */
    static Failure ofMaster(Throwable thrown) {
        if (thrown instanceof Failure failure) {
            return failure;
        }
        return thrown instanceof RuntimeException e && of(e) instanceof Failure known
                ? known
                : new Failure(Kind.MASTER, "the master failed, and has ended its children: " + thrown, thrown);
    }

    public Kind kind() {
        return kind;
    }

    /** The hook that failed, such as {@code onChildSpawn}; empty with any other kind. */
    public String hook() {
        return hook;
    }
}
