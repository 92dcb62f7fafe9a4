package dev.prefork;

/**
 * How much this build tests: every test class once on one JDK, or, with {@code -Pfull}, all JDKs, more rounds, and the tests
 * that run Maven themselves ({@link FullRing}). CONTRIBUTING.md says what each of them has.
 */
public final class Ring {
    private static final boolean FULL = Boolean.getBoolean("ring.full");

    private Ring() {}

    /** Whether this is a build with {@code -Pfull}. */
    public static boolean isFull() {
        return FULL;
    }

    /** The number that {@code -Dname=N} gives; without it, {@code full} with {@code -Pfull} and else {@code usual}. */
    public static int rounds(String name, int usual, int full) {
        return Integer.getInteger(name, FULL ? full : usual);
    }
}
