package dev.prefork.os;

import java.util.List;

/**
 * Descriptors that can be read from, and such that can be written to, without blocking. Immutable.
 *
 * @param readable also those at their end, failed, or not open
 * @param writable also those that failed, or are not open
 */
public record Polled(List<Integer> readable, List<Integer> writable) {
    public Polled {
        readable = List.copyOf(readable);
        writable = List.copyOf(writable);
    }
}
