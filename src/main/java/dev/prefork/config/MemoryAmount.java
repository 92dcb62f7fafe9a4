package dev.prefork.config;

import java.math.BigDecimal;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of memory as options have it: {@code 512Mi}, {@code 2G}, bytes, or {@code 40%} of what there is. Units are those of
 * Kubernetes. Immutable; any thread.
 *
 * @param text as one would write it
 * @param number bytes, or percent
 * @param part whether it is a part of what there is
 */
public record MemoryAmount(String text, BigDecimal number, boolean part) {
    /** What none is. */
    static final MemoryAmount NONE = new MemoryAmount("0", BigDecimal.ZERO, false);

    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)(%|[KMGT]i|[kMGT])?");
    private static final Map<String, Long> UNITS = Map.of(
            "Ki",
            1L << 10,
            "Mi",
            1L << 20,
            "Gi",
            1L << 30,
            "Ti",
            1L << 40,
            "k",
            1_000L,
            "M",
            1_000_000L,
            "G",
            1_000_000_000L,
            "T",
            1_000_000_000_000L);

    /**
     * The amount a text means.
     *
     * @throws IllegalArgumentException with what is wrong and how to write it, to follow the option's name and value
     */
    static MemoryAmount parse(String text) {
        Matcher written = WRITTEN.matcher(text);
        if (!written.matches()) {
            throw new IllegalArgumentException(
                    "not an amount of memory; write a number with Ki, Mi, Gi, Ti, k, M, G or T, such as 512Mi, or a part of the"
                            + " memory limit, such as 40%");
        }
        BigDecimal number = new BigDecimal(written.group(1));
        String unit = written.group(2);
        if ("%".equals(unit)) {
            if (number.compareTo(HUNDRED) > 0) {
                throw new IllegalArgumentException("more than all of the memory limit; give 100% or less");
            }
            return new MemoryAmount(text, number, true);
        }
        BigDecimal bytes = number.multiply(BigDecimal.valueOf(UNITS.getOrDefault(unit == null ? "" : unit, 1L)));
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("more memory than any machine has; give less, such as 512Mi");
        }
        return new MemoryAmount(text, bytes, false);
    }

    /** Whether no worker could do with so little. */
    boolean isTiny() {
        return part ? number.signum() == 0 : number.longValue() < 1L << 20;
    }

    /**
     * In bytes.
     *
     * @param whole of which it may be a part
     * @return empty if it is a part, and the whole is unknown
     */
    public OptionalLong bytes(OptionalLong whole) {
        if (!part) {
            return OptionalLong.of(number.longValue());
        }
        return whole.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(number.multiply(BigDecimal.valueOf(whole.getAsLong()))
                        .divide(HUNDRED)
                        .longValue());
    }

    @Override
    public String toString() {
        return text;
    }
}
