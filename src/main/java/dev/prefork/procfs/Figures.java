package dev.prefork.procfs;

import java.util.OptionalInt;

/**
 * What the processes of a group use together. Immutable.
 *
 * @param cpuSeconds CPU time, with that of children that have ended and were waited for
 * @param residentBytes memory in RAM; a page that several of the processes share is counted for each
 * @param openFiles open descriptors; empty where those of one process may not be seen, since the rest would pass for all
 * @param threads those that have not ended: a zombie has none
 */
public record Figures(double cpuSeconds, long residentBytes, OptionalInt openFiles, int threads) {

    Figures plus(Figures other) {
        OptionalInt files = openFiles.isPresent() && other.openFiles.isPresent()
                ? OptionalInt.of(openFiles.getAsInt() + other.openFiles.getAsInt())
                : OptionalInt.empty();
        return new Figures(
                cpuSeconds + other.cpuSeconds, residentBytes + other.residentBytes, files, threads + other.threads);
    }
}
