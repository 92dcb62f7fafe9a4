package dev.prefork.status;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What the pod is granted, and for how long an exit counts; both may change while it runs.
 *
 * @param cpuCores by the narrowest limit; empty if unknown
 * @param memoryBytes the limit, or all that the machine has; empty if unknown
 * @param recoverWindow zero for one that goes back to the start
 */
public record Bounds(OptionalDouble cpuCores, OptionalLong memoryBytes, Duration recoverWindow) {}
