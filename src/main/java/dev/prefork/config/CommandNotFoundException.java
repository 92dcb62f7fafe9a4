package dev.prefork.config;

import dev.prefork.supervise.ExitCode;

/** The workers' command cannot be executed, so that no worker will ever be ready. The message is one whole line. */
public final class CommandNotFoundException extends RefusedException {
    private static final long serialVersionUID = 1L;

    public CommandNotFoundException(String line) {
        super(ExitCode.NEVER_READY, line);
    }
}
