package dev.prefork.container;

/**
 * One reading in words, such as {@code CPU quota} and {@code 2.5 cores}.
 *
 * @param label what was read
 * @param value what it was
 */
public record Reading(String label, String value) {}
