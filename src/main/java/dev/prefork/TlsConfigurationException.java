package dev.prefork;

import dev.prefork.library.Failure;

/** The certificate or the key cannot be read, or they do not belong together. */
public final class TlsConfigurationException extends PreforkException {
    TlsConfigurationException(Failure failure) {
        super(failure);
    }
}
