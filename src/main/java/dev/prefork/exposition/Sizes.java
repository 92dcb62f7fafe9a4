package dev.prefork.exposition;

/**
 * What things take, in bytes, for limits on memory and on text. Pure. Upper bounds on a 64-bit JVM with compressed references,
 * which has them for heaps below 32 GiB.
 */
public final class Sizes {
    /** A String and its array, with their headers and padding. */
    private static final int STRING = 48;

    /** A row, its place in the list, and the header of its bounds. */
    private static final int ROW = 56;

    /** A family and its two lists. */
    private static final int FAMILY = 120;

    /** Beside name and labels a line has a suffix, braces, a bound with its label, the longest double, and its end. */
    private static final int LINE = 36;

    private static final int BUCKET = 40;
    private static final int COMMENTS = 40;

    private Sizes() {}

    /** In memory, where a text with a single character beyond Latin-1 takes two bytes for each; see JEP 254. */
    public static long heap(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xff) {
                return STRING + 2L * text.length();
            }
        }
        return STRING + text.length();
    }

    public static long heap(Row row) {
        return ROW + heap(row.labels()) + (long) Double.BYTES * row.bounds();
    }

    /** Without its rows. */
    public static long heap(Family family) {
        return FAMILY + heap(family.name()) + heap(family.help()) + heap(family.unit());
    }

    /** All lines of one series, in either format. */
    public static long text(Family family, Row row) {
        long line = family.name().length() + LINE + utf8(row.labels());
        return switch (family.kind()) {
            case HISTOGRAM -> 2 * line + (row.bounds() + 1L) * (line + BUCKET);
            case SUMMARY -> 2 * line;
            case COUNTER, GAUGE, INFO, UNKNOWN -> line;
        };
    }

    /** The comments in front of a family: its help may have to be escaped. */
    public static long text(Family family) {
        return 3L * family.name().length() + COMMENTS + 2 * utf8(family.help()) + utf8(family.unit());
    }

    private static long utf8(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
        }
        return bytes;
    }
}
