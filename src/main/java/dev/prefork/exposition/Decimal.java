package dev.prefork.exposition;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Reads numbers out of bytes, without a String where digits are few. One thread's. */
final class Decimal {
    /** Powers of ten that are doubles themselves: with a mantissa that is one, too, a single operation rounds correctly. */
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    private static final long EXACT = 1L << 53;

    /** So that one more digit cannot overflow a long. */
    private static final long ROOM = Long.MAX_VALUE / 10 - 1;

    /** More than the 767 digits that can matter to a double. */
    private static final int LONGEST = 1000;

    private double value;

    private long mantissa;
    private boolean overflows;

    double value() {
        return value;
    }

    /** @return whether this is a number; if not, the value is what it was */
    boolean read(byte[] body, int from, int to) {
        if (from >= to || to - from > LONGEST) {
            return false;
        }
        boolean negative = body[from] == '-';
        int at = negative || body[from] == '+' ? from + 1 : from;
        mantissa = 0;
        overflows = false;
        int whole = digits(body, at, to);
        int end = whole < to && body[whole] == '.' ? digits(body, whole + 1, to) : whole;
        int fraction = Math.max(0, end - whole - 1);
        if (whole - at + fraction == 0) {
            return word(body, from, to);
        }
        int exponent = end < to ? exponent(body, end, to) : 0;
        if (exponent == Integer.MIN_VALUE) {
            return false;
        }
        int scale = exponent - fraction;
        if (overflows || mantissa > EXACT || Math.abs(scale) >= POWERS.length) {
            value = Double.parseDouble(new String(body, from, to - from, StandardCharsets.ISO_8859_1));
        } else {
            double size = scale < 0 ? mantissa / POWERS[-scale] : mantissa * POWERS[scale];
            value = negative ? -size : size;
        }
        return true;
    }

    private int digits(byte[] body, int from, int to) {
        int at = from;
        while (at < to && Letters.isDigit(body[at])) {
            overflows |= mantissa > ROOM;
            mantissa = overflows ? 0 : mantissa * 10 + (body[at] - '0');
            at++;
        }
        return at;
    }

    /** All that is left must be the exponent. {@link Integer#MIN_VALUE} if it is not one. */
    private static int exponent(byte[] body, int from, int to) {
        if (body[from] != 'e' && body[from] != 'E') {
            return Integer.MIN_VALUE;
        }
        int at = from + 1;
        boolean negative = at < to && body[at] == '-';
        if (at < to && (body[at] == '-' || body[at] == '+')) {
            at++;
        }
        if (at == to) {
            return Integer.MIN_VALUE;
        }
        int exponent = 0;
        for (; at < to; at++) {
            if (!Letters.isDigit(body[at])) {
                return Integer.MIN_VALUE;
            }
            exponent = Math.min(9999, exponent * 10 + (body[at] - '0'));
        }
        return negative ? -exponent : exponent;
    }

    /** As Go reads them, in any case. */
    private boolean word(byte[] body, int from, int to) {
        String word = to - from > "+infinity".length()
                ? ""
                : new String(body, from, to - from, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        switch (word) {
            case "nan" -> value = Double.NaN;
            case "inf", "+inf", "infinity", "+infinity" -> value = Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> value = Double.NEGATIVE_INFINITY;
            default -> {
                return false;
            }
        }
        return true;
    }
}
