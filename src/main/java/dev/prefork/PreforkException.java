package dev.prefork;

import dev.prefork.library.Failure;

/**
 * Why Prefork gave up; the message is one line. By the time that {@code listenAndServe} throws it in the master no child
 * and no descriptor is left.
 */
public abstract class PreforkException extends RuntimeException {
    PreforkException(Failure failure) {
        super(failure.getMessage(), failure.getCause());
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
            case OVER_RECOVERY -> new OverRecoveryException(failure);
            case NEVER_READY -> new NeverReadyException(failure);
        };
    }
}
