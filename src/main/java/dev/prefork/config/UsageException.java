package dev.prefork.config;

import dev.prefork.supervise.ExitCode;

/** What was asked for on the command line or in the configuration makes no sense. The message is one whole line. */
public final class UsageException extends RefusedException {
    public UsageException(String line) {
        super(ExitCode.USAGE, line);
    }
}
