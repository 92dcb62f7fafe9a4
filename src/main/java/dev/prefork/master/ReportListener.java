package dev.prefork.master;

import dev.prefork.supervise.Report;

/**
 * Hears what happens to the workers.
 *
 * <p>Threading: called on the master's thread, in order; it must not block. What it throws stops the master: all workers
 * are ended and {@link Master#run} throws it on.
 */
@FunctionalInterface
public interface ReportListener {
    void on(Report report) throws Exception;
}
