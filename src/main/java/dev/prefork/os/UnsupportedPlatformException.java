package dev.prefork.os;

/** Prefork was started where it cannot work: it needs Linux (x86-64 or aarch64) and glibc 2.34 or newer. */
public final class UnsupportedPlatformException extends RuntimeException {
    public UnsupportedPlatformException(String message) {
        super(message);
    }
}
