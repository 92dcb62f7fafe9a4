package dev.prefork.app;

import dev.prefork.log.WorkerLines;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * By what a master is observed. Immutable.
 *
 * @param management serves health and metrics beside it
 * @param logLinesDropped how many lines its log has lost so far; any thread may ask
 * @param awaitLog returns when the log is written, or not read any more, and says which
 * @param version of this program, for those who ask
 * @param workerLines where lines of workers go that are read; empty where no master is run
 */
public record Reporting(
        ManagementInterface management,
        LongSupplier logLinesDropped,
        BooleanSupplier awaitLog,
        String version,
        Optional<WorkerLines> workerLines) {}
