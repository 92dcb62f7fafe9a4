package dev.prefork.status;

import dev.prefork.procfs.Figures;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one worker uses and does. Immutable.
 *
 * @param figures of its processes at the last look
 * @param cores how much CPU it has used between the last two looks, in cores; empty until there were two
 * @param requestsPerSecond between the last two looks; empty where the worker does not count them in memory that it shares with the master
 * @param requestsShare its part of the requests of all workers between them, from 0 to 1; empty where there was none
 * @param halted what keeps it from running; empty if it runs
 */
public record Usage(
        Figures figures,
        OptionalDouble cores,
        OptionalDouble requestsPerSecond,
        OptionalDouble requestsShare,
        Optional<Halts.Halted> halted) {}
