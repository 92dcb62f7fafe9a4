package dev.prefork.status;

/**
 * What the four probes are told.
 *
 * @param minReady how many workers have to be ready for the pod to be, at the moment
 */
public record Health(boolean live, boolean ready, boolean started, boolean well, int minReady) {}
