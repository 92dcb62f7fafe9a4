package dev.prefork.notify;

/**
 * How often something may happen: so many times at once, and so many per second in the long run (a token bucket).
 *
 * <p>Threading: none; one thread owns it. Times are nanoseconds of one monotonic clock.
 */
public final class Allowance {
    private static final double NANOS_PER_SECOND = 1e9;

    private final int atOnce;
    private final double perSecond;
    private double left;
    private long asOf;

    public Allowance(int atOnce, double perSecond, long now) {
        this.atOnce = atOnce;
        this.perSecond = perSecond;
        this.left = atOnce;
        this.asOf = now;
    }

    /** Whether it may happen once more; if so, it has. */
    public boolean take(long now) {
        left = Math.min(atOnce, left + (now - asOf) / NANOS_PER_SECOND * perSecond);
        asOf = now;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
