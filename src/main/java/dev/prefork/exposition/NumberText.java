package dev.prefork.exposition;

import java.math.BigDecimal;

/** How numbers are written, in both formats. */
final class NumberText {
    /** From here on not every integer is a double, and digits would claim more than is known. */
    private static final double EXACT = 0x1p53;

    private NumberText() {}

    /** A sample's value: whole numbers without a fraction. */
    static void append(double value, StringBuilder into) {
        long whole = (long) value;
        if (whole == value && Math.abs(value) < EXACT && (whole != 0 || 1 / value > 0)) {
            into.append(whole);
        } else if (Double.isFinite(value)) {
            into.append(value);
        } else if (Double.isNaN(value)) {
            into.append("NaN");
        } else {
            into.append(value > 0 ? "+Inf" : "-Inf");
        }
    }

    /**
     * The value of a label {@code le}, as OpenMetrics wants it ("Considerations: Canonical Numbers"): always with a fraction or
     * an exponent, the exponent from a million on and below a ten-thousandth. A scraper of both formats sees one series.
     */
    static String bound(double bound) {
        double size = Math.abs(bound);
        if (bound == 0 || size >= 1e-3 && size < 1e6) {
            return Double.toString(bound);
        }
        BigDecimal decimal = new BigDecimal(Double.toString(bound)).stripTrailingZeros();
        int exponent = decimal.precision() - decimal.scale() - 1;
        if (exponent == -4) {
            return decimal.toPlainString();
        }
        String digits = decimal.unscaledValue().abs().toString();
        return (bound < 0 ? "-" : "")
                + digits.charAt(0)
                + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + (exponent < 0 ? "e-" : "e+")
                + (Math.abs(exponent) < 10 ? "0" : "")
                + Math.abs(exponent);
    }
}
