package dev.prefork.log;

/** Whether a human must act: now, perhaps, or not at all. */
public enum Level {
    INFO,
    WARN,
    ERROR
}
