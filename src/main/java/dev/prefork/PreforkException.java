package dev.prefork;

import dev.prefork.library.Failure;

/**
 * Why Prefork gave up; the message is one line. By the time that {@code listenAndServe} throws it in the master no child
 * and no descriptor is left.
 */
public abstract class PreforkException extends RuntimeException {
    private final transient Failure failure;

    PreforkException(Failure failure) {
        super(failure.getMessage(), failure.getCause());
        this.failure = failure;
    }

    /** The same for the library, when it comes back through a program's own code. */
    Failure failure() {
        return failure;
    }

    /** The one place where the library's failures get the names that users know. */
    static PreforkException of(Failure failure) {
        return switch (failure.kind()) {
            case LISTENER -> new ListenFailedException(failure);
            case TLS -> new TlsConfigurationException(failure);
            case INHERITANCE -> new InheritedListenerException(failure);
            case PLATFORM -> new UnsupportedPlatformException(failure);
            case SIGNAL -> new SignalUnavailableException(failure);
            case SYSTEM_CALL -> new SystemCallException(failure);
            case LAUNCH -> new LaunchFailedException(failure);
            case HOOK -> new HookFailedException(failure);
            case PRODUCER -> new CommandProducerException(failure);
            case NO_COMMAND -> new NoCommandException(failure);
            case COMMAND_NOT_STARTED -> new CommandNotStartedException(failure);
            case NO_PROGRAM -> new ProgramNotFoundException(failure);
            case RESERVED_VARIABLE -> new ReservedVariableException(failure);
            case OVER_RECOVERY -> new OverRecoveryException(failure);
            case NEVER_READY -> new NeverReadyException(failure);
            case ANOTHER_MASTER -> new AnotherMasterException(failure);
            case MASTER -> new MasterFailedException(failure);
        };
    }
}
