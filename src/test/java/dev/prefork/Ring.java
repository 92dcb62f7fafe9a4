package dev.prefork;

import java.time.Duration;

/**
 * How much this build tests: every test class once on one JDK, or, with {@code -Pfull}, all JDKs, more rounds, and the tests
 * that run Maven themselves ({@link FullRing}); and, apart from both, what takes half an hour ({@link SoakRing}). CONTRIBUTING.md says what each of them has.
 */
public final class Ring {
    private static final boolean FULL = Boolean.getBoolean("ring.full");
    private static final boolean SOAK = Boolean.getBoolean("ring.soak");

    private Ring() {}

    /** Whether this is a build with {@code -Pfull}. */
    public static boolean isFull() {
        return FULL;
    }

    /** Whether this is a build with {@code -Psoak}. */
    public static boolean isSoak() {
        return SOAK;
    }

    /** How long each test of {@link SoakRing} takes: half an hour, or what {@code -Dprefork.soak=PT2M} says. */
    public static Duration soak() {
        return Duration.parse(System.getProperty("prefork.soak", "PT30M"));
    }

    /** The number that {@code -Dname=N} gives; without it, {@code full} with {@code -Pfull} and else {@code usual}. */
    public static int rounds(String name, int usual, int full) {
        return Integer.getInteger(name, FULL ? full : usual);
    }
}
