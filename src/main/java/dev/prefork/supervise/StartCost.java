package dev.prefork.supervise;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What the last starts cost, and so how many may begin at once: no fewer than was said, and beyond that so many that all of
 * them together keep the processors busy for half a second. What boots for seconds is started one by one, and what does next to
 * nothing all at once. The most expensive of the last starts counts.
 */
final class StartCost {
    /** For so long a crowd may keep those busy that serve already. */
    static final Duration CROWD = Duration.ofMillis(500);

    private static final int REMEMBERED = 8;

    private final Deque<Long> last = new ArrayDeque<>();
    private boolean said;

    /** Takes note of a start; true if it is the first after which more than {@code least} may begin at once. */
    boolean learns(long cpuNanos, int least) {
        last.addLast(cpuNanos);
        if (last.size() > REMEMBERED) {
            last.removeFirst();
        }
        boolean news = !said && atOnce(least) > least;
        said |= news;
        return news;
    }

    /** @param least so many until a start has been seen, and never fewer: as many as there are processors, or a few more */
    int atOnce(int least) {
        if (last.isEmpty()) {
            return least;
        }
        long worst = Math.max(1, last.stream().mapToLong(Long::longValue).max().orElseThrow());
        return (int) Math.min(Integer.MAX_VALUE, Math.max(least, least * CROWD.toNanos() / worst));
    }
}
