package dev.prefork.master;

/** The JVM was told to leave a signal alone that a master has to handle. The message is one whole line. */
public final class SignalUnavailableException extends RuntimeException {
    SignalUnavailableException(String line, Throwable cause) {
        super(line, cause);
    }
}
