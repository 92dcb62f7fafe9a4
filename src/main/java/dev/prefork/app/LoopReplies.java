package dev.prefork.app;

import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How reloads have ended, and what was refused, for those who have asked for it and wait. It keeps the last few only.
 *
 * <p>Threading: the master's tells, any may ask.
 */
final class LoopReplies implements ReportListener.Selective {
    private static final int KEPT = 32;

    private final Map<Integer, RolloutEnd> rollouts = kept();
    private final Map<String, String> refusals = kept();

    /**
     * The end of a reload.
     *
     * @param completed whether all workers are of that version
     * @param text how it ended, for people
     */
    record RolloutEnd(boolean completed, String text) {}

    private static <K, V> Map<K, V> kept() {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > KEPT;
            }
        };
    }

    /** That of the reload to this version, if it is over. */
    synchronized Optional<RolloutEnd> end(int version) {
        return Optional.ofNullable(rollouts.get(version));
    }

    /** Why another number of workers, asked for with this reason, was refused last. */
    synchronized Optional<String> refusal(String why) {
        return Optional.ofNullable(refusals.get(why));
    }

    /** Forgets what was refused to one who asks anew. */
    synchronized void forget(String why) {
        refusals.remove(why);
    }

    @Override
    public synchronized void on(Report.RolloutCompleted completed) {
        String workers = completed.workers() == 1 ? " worker" : " workers";
        rollouts.put(completed.version(), new RolloutEnd(true, completed.workers() + workers + " replaced"));
    }

    @Override
    public synchronized void on(Report.RolloutAborted aborted) {
        rollouts.put(
                aborted.version(),
                new RolloutEnd(
                        false,
                        "reload aborted, " + aborted.left() + " of " + aborted.workers()
                                + (aborted.workers() == 1 ? " worker" : " workers") + " stay as they were: "
                                + aborted.why()));
    }

    @Override
    public synchronized void on(Report.RolloutSuperseded superseded) {
        rollouts.put(
                superseded.version(),
                new RolloutEnd(false, "superseded by another reload, to version " + superseded.by()));
    }

    @Override
    public synchronized void on(Report.ScaleRefused refused) {
        // The reason that it was asked with comes first.
        int end = refused.why().indexOf(": ");
        if (end > 0) {
            refusals.put(refused.why().substring(0, end), refused.why().substring(end + 2));
        }
    }
}
