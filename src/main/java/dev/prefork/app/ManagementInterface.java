package dev.prefork.app;

import dev.prefork.config.ConsoleSettings;
import dev.prefork.config.PlainManagement;
import dev.prefork.exposition.Exposition;
import dev.prefork.master.Master;
import dev.prefork.supervise.ExitCode;
import java.util.List;
import java.util.Optional;

/**
 * What serves health and metrics beside a running master.
 *
 * <p>Threading: {@link #serveUntil} blocks the main thread; {@link #ownMetrics} may be called from any.
 */
public interface ManagementInterface {

    /** Writes the log from now on, in the format of {@link Console#format}, unless Quarkus is to do that. */
    void beginLog(ConsoleSettings console);

    /**
     * Takes the port before any worker is started, where it can; closing gives it up, if it still has it.
     *
     * @throws dev.prefork.config.RefusedException if the address cannot be had
     */
    Claim claim(Optional<PlainManagement> place);

    /** A port that is held. */
    interface Claim extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * What the master does beside it.
     *
     * @param loop its loop, and the end of that
     * @param warmup what is not urgent, and can be done once the workers are up
     * @param profiles with which Quarkus is configured, the strongest last; empty for those of its own
     */
    record Run(LoopThread loop, Runnable warmup, List<String> profiles) {}

    /**
     * Starts, and stops when the master has ended. If it cannot start, the master is stopped.
     *
     * @return the exit code that a failed start deserves; empty if all went well
     */
    Optional<ExitCode> serveUntil(Run beside, Master master, String... arguments);

    /** What is registered in this process. */
    Exposition ownMetrics();
}
