package dev.prefork.supervise;

/** Why a supervisor ended. The first reason to stop decides; of the later ones only {@link #FAILED} changes it. */
public enum Outcome {
    /** It was asked for, by signal or by call. */
    STOPPED(ExitCode.OK),
    /** The same, but at least one process survived SIGKILL. */
    NOT_ENDED(ExitCode.NOT_ENDED),
    /** Too many unexpected exits before all of the initial workers had been ready once. */
    NEVER_READY(ExitCode.NEVER_READY),
    /** Too many unexpected exits after that. */
    OVER_RECOVERY(ExitCode.OVER_RECOVERY),
    /** A hook or a command producer failed, or there was an internal error. */
    FAILED(ExitCode.INTERNAL);

    private final ExitCode exitCode;

    Outcome(ExitCode exitCode) {
        this.exitCode = exitCode;
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
