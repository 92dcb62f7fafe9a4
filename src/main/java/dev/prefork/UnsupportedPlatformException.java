package dev.prefork;

import dev.prefork.library.Failure;

/** Prefork was started where it cannot work: it needs Linux (x86-64 or aarch64) and glibc 2.34 or newer. */
public final class UnsupportedPlatformException extends PreforkException {
    UnsupportedPlatformException(Failure failure) {
        super(failure);
    }
}
