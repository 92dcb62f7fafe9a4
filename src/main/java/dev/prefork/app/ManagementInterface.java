package dev.prefork.app;

import dev.prefork.exposition.Exposition;
import dev.prefork.master.Master;
import dev.prefork.supervise.ExitCode;
import dev.prefork.supervise.Outcome;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What serves health and metrics beside a running master.
 *
 * <p>Threading: {@link #serveUntil} blocks the main thread; {@link #ownMetrics} may be called from any.
 */
public interface ManagementInterface {

    /**
     * What the master does beside it.
     *
     * @param outcome completes when the master has ended
     * @param quiet completes when the workers are up, so that there is time for what is not urgent
     * @param warmup what is not urgent
     */
    record Run(CompletableFuture<Outcome> outcome, CompletableFuture<Void> quiet, Runnable warmup) {}

    /**
     * Starts, and stops when the master has ended. If it cannot start, the master is stopped.
     *
     * @return the exit code that a failed start deserves; empty if all went well
     */
    Optional<ExitCode> serveUntil(Run beside, Master master, String... arguments);

    /** What is registered in this process. */
    Exposition ownMetrics();
}
