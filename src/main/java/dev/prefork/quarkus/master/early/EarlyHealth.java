package dev.prefork.quarkus.master.early;

import dev.prefork.app.MasterHealth;
import dev.prefork.app.MasterHealth.Probe;
import dev.prefork.app.RunningMaster;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers probes as Quarkus will, truthfully, since all they are told is the master's; to anything else it says that this
 * process is starting. Immutable; any thread.
 *
 * @param root below which the endpoints are; begins with a slash and ends with none, or is empty
 */
public record EarlyHealth(RunningMaster running, String root) {
    /** Below that root, where Quarkus has them by default. */
    public static final Map<String, List<Probe>> PATHS = Map.of(
            "/health", List.of(Probe.values()),
            "/health/live", List.of(Probe.LIVE),
            "/health/ready", List.of(Probe.READY),
            "/health/started", List.of(Probe.STARTED),
            "/health/well", List.of(Probe.WELL));

    EarlyAnswer answer(EarlyRequest request) {
        return Optional.of(request)
                .filter(EarlyRequest::reads)
                .filter(reads -> reads.path().startsWith(root))
                .flatMap(reads -> Optional.ofNullable(PATHS.get(reads.path().substring(root.length()))))
                .map(probes -> running.reporting(() -> health(probes)))
                .orElseGet(EarlyAnswer::notYet);
    }

    private EarlyAnswer health(List<Probe> probes) {
        List<MasterHealth> checks =
                probes.stream().map(probe -> MasterHealth.of(probe, running)).toList();
        return EarlyAnswer.health(checks.stream().allMatch(MasterHealth::up), HealthJson.of(checks));
    }
}
