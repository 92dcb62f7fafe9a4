package dev.prefork.config;

import dev.prefork.supervise.ExitCode;

/** The master cannot start for a reason its user can remedy: one line for them, no stack trace, and an exit code. */
public class RefusedException extends RuntimeException {
    private final ExitCode exitCode;

    public RefusedException(ExitCode exitCode, String line) {
        super(line);
        this.exitCode = exitCode;
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
