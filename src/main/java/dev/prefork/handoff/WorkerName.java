package dev.prefork.handoff;

import java.util.Map;

/** How log lines and answers name this worker: {@code worker 2 (pid 4711)}. Immutable. */
public record WorkerName(String slot, long pid) {

    /** This process' name; the slot is {@code ?} when no master gave it one. */
    public static WorkerName of(Map<String, String> environment) {
        return new WorkerName(
                environment.getOrDefault(Variables.SLOT, "?"),
                ProcessHandle.current().pid());
    }

    @Override
    public String toString() {
        return "worker " + slot + " (pid " + pid + ")";
    }
}
