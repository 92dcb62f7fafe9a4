package dev.prefork.metrics.merge;

/**
 * How much of workers' metrics there is room for, in bytes but for the series. Immutable. All of it follows from the heap, of
 * which a JVM takes 124 MiB in a pod of 256 MiB.
 *
 * <p>The worst case, when all limits are reached at once, in eighths of the heap: one for what is kept; one for what living
 * workers show, and one more while each of them has both a board and a URL, or its successor is there already; one for an answer, which
 * is there in pieces and as a whole while it is written; one for responses that arrive, whose buffers double and are copied at
 * the end; and one for the one text that is being decoded, a byte of which becomes up to four. The last two are for the rest
 * of the master.
 *
 * @param series merged ones, of workers alive and dead
 * @param kept memory of merged series
 * @param text of an answer that has them all, but for the master's own
 * @param living memory of what workers show, all together
 * @param arriving of all responses of workers that are being read
 */
public record Limits(int series, long kept, long text, long living, long arriving) {
    private static final int MOST_SERIES = 50_000;
    private static final long LONGEST = 4 << 20;

    /** Beyond it nothing more is gained. */
    private static final long LARGEST_HEAP = 1L << 30;

    /** @param bytes that the heap may have; see Runtime.maxMemory() */
    public static Limits of(long bytes) {
        long heap = Math.min(bytes, LARGEST_HEAP);
        return new Limits(MOST_SERIES, heap / 8, heap / 16, heap / 8, heap / 32);
    }

    /** Bytes of one response. */
    public int one() {
        return (int) Math.min(LONGEST, arriving);
    }

    /** What each of so many workers may show. */
    long shown(int workers) {
        return living / Math.max(2, workers);
    }

    Limits withSeries(int most) {
        return new Limits(most, kept, text, living, arriving);
    }
}
