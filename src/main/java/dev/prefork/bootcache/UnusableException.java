package dev.prefork.bootcache;

/** Why there is no boot cache, as the end of a sentence. Never a reason not to start. */
final class UnusableException extends Exception {
    private static final long serialVersionUID = 1;

    UnusableException(String reason) {
        super(reason);
    }
}
