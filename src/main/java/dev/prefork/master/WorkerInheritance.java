package dev.prefork.master;

import dev.prefork.handoff.Handoff;
import dev.prefork.notify.NotifySocket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What every worker inherits, in every slot. Immutable.
 *
 * @param environment to be passed on; the names of a worker's own are replaced in it
 * @param watchdog the longest silence that workers are allowed
 * @param descriptor what each of them is given besides
 */
public record WorkerInheritance(
        Handoff handoff,
        Map<String, String> environment,
        NotifySocket notifySocket,
        Optional<Duration> watchdog,
        Optional<InheritedDescriptor> descriptor) {

    public WorkerInheritance {
        environment = Map.copyOf(environment);
    }
}
