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
    /** More than there are clients at one time. */
    private static final int KEPT = 128;

    private final Map<Integer, RolloutEnd> rollouts = kept();
    private final Map<Long, ScaleEnd> scales = kept();

    /**
     * The end of a reload.
     *
     * @param completed whether all workers are of that version
     * @param text how it ended, for people
     */
    record RolloutEnd(boolean completed, String text) {}

    /**
     * What the loop has made of a request for another number of workers.
     *
     * @param refusal why it was not carried out; empty if it was
     * @param from so many there were to be before; 0 if it was refused
     * @param to so many there were to be then; 0 if it was refused
     */
    record ScaleEnd(Optional<String> refusal, int from, int to) {}

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

    /** What has come of the request with this number; nothing if there were so many workers already, or it is no longer kept. */
    synchronized Optional<ScaleEnd> scale(long request) {
        return Optional.ofNullable(scales.get(request));
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
    public synchronized void on(Report.Scaled scaled) {
        ScaleEnd end = new ScaleEnd(Optional.empty(), scaled.from(), scaled.to());
        scaled.request().ifPresent(request -> scales.put(request, end));
    }

    @Override
    public synchronized void on(Report.ScaleRefused refused) {
        // The reason that it was asked with comes first.
        String why = refused.why().substring(refused.why().indexOf(": ") + 1).strip();
        refused.request().ifPresent(request -> scales.put(request, new ScaleEnd(Optional.of(why), 0, 0)));
    }
}
