package dev.prefork.master;

import dev.prefork.handoff.Handoff;
import dev.prefork.notify.NotifySockets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What every worker inherits, in every slot. Immutable.
 *
 * @param environment to be passed on; the names of a worker's own are replaced in it
 * @param notifySockets where each of them gets one of its own
 * @param watchdog the longest silence that workers are allowed
 * @param descriptor what each of them is given besides
 */
public record WorkerInheritance(
        Handoff handoff,
        Map<String, String> environment,
        NotifySockets notifySockets,
        Optional<Duration> watchdog,
        Optional<InheritedDescriptor> descriptor) {

    public WorkerInheritance {
        environment = Map.copyOf(environment);
    }
}
