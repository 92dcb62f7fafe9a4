package dev.prefork.exposition;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** Reads numbers out of bytes, without a String where digits are few and have no exponent. One thread's. */
final class Decimal {
    /** Powers of ten that are doubles themselves: with a mantissa that is one, too, a single division rounds correctly. */
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };

    /** A mantissa of so many digits is below 2^53. */
    private static final int EXACT_DIGITS = 15;

    /** More than the 767 digits that can matter to a double. */
    private static final int LONGEST = 1000;

    /** {@link Double#parseDouble} takes more: hexadecimal numbers, blanks, a letter for the type. */
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

    private double value;

    double value() {
        return value;
    }

    /** @return whether this is a number; if not, the value is what it was */
    boolean read(byte[] body, int from, int to) {
        return to - from <= LONGEST
                && (readFewDigits(body, from, to)
                        || readAny(new String(body, from, to - from, StandardCharsets.ISO_8859_1)));
    }

    private boolean readFewDigits(byte[] body, int from, int to) {
        boolean negative = from < to && body[from] == '-';
        long mantissa = 0;
        int digits = 0;
        int whole = -1;
        for (int at = negative ? from + 1 : from; at < to; at++) {
            if (Letters.isDigit(body[at])) {
                mantissa = mantissa * 10 + (body[at] - '0');
                digits++;
            } else if (body[at] == '.' && whole < 0) {
                whole = digits;
            } else {
                return false;
            }
        }
        if (digits == 0 || digits > EXACT_DIGITS) {
            return false;
        }
        double size = whole < 0 ? mantissa : mantissa / POWERS[digits - whole];
        value = negative ? -size : size;
        return true;
    }

    /** Words as Go reads them, in any case. */
    private boolean readAny(String text) {
        switch (text.toLowerCase(Locale.ROOT)) {
            case "nan" -> value = Double.NaN;
            case "inf", "+inf", "infinity", "+infinity" -> value = Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> value = Double.NEGATIVE_INFINITY;
            default -> {
                if (!NUMBER.matcher(text).matches()) {
                    return false;
                }
                value = Double.parseDouble(text);
            }
        }
        return true;
    }
}
