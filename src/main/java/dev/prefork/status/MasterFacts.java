package dev.prefork.status;

/**
 * What never changes in a master's life.
 *
 * @param pid as this process sees it
 * @param host the name of the pod
 * @param version of Prefork
 * @param startedAt on the clock of the snapshots
 */
public record MasterFacts(int pid, String host, String version, long startedAt) {}
