package dev.prefork.supervise;

/** The exit codes of the executable. */
public enum ExitCode {
    OK(0, "stopped as asked"),
    INTERNAL(1, "internal error"),
    USAGE(2, "usage or configuration"),
    NEVER_READY(3, "the first generation never became ready (command not found, failed before ready)"),
    OVER_RECOVERY(4, "recover threshold exceeded"),
    LISTEN(5, "a listener could not be bound"),
    NOT_ENDED(6, "stopped, but a process could not be ended; it is named");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    public int code() {
        return code;
    }

    public String meaning() {
        return meaning;
    }
}
