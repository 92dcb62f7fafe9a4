package dev.prefork.it;

import java.util.List;

/**
 * What a {@link KeepAliveLoad} saw. Immutable.
 *
 * @param answered requests that were answered with 200, whole
 * @param failures requests that were sent, wholly or in part, and whose answer did not come whole or was not 200: one line
 *     each, but no more than {@link KeepAliveLoad#SHOWN_FAILURES} of them
 * @param failed how many failures there were
 * @param refused connections that never came about because the server's end said no; no failures
 * @param unconnected connections that had not come about yet when the load was stopped; no failures
 * @param unanswered requests that waited for their answer when the load was stopped; no failures
 * @param lastAnswer {@link System#nanoTime} of the moment the last answer was complete; meaningless without answers
 */
public record LoadResult(
        long answered,
        List<String> failures,
        int failed,
        int refused,
        int unconnected,
        int unanswered,
        long lastAnswer) {}
