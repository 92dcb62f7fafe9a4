package dev.prefork.quarkus.master;

import dev.prefork.app.MasterHealth;
import dev.prefork.app.MasterHealth.Probe;
import dev.prefork.app.RunningMaster;
import io.smallrye.health.api.Wellness;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * The probes of a master, as {@link MasterHealth} has them. In a process that is not a master they are UP and say nothing.
 */
@Singleton
class HealthChecks {
    @Produces
    @Singleton
    @Liveness
    HealthCheck live() {
        return check(Probe.LIVE);
    }

    @Produces
    @Singleton
    @Readiness
    HealthCheck ready() {
        return check(Probe.READY);
    }

    @Produces
    @Singleton
    @Startup
    HealthCheck started() {
        return check(Probe.STARTED);
    }

    @Produces
    @Singleton
    @Wellness
    HealthCheck well() {
        return check(Probe.WELL);
    }

    private static HealthCheck check(Probe probe) {
        return () -> RunningMaster.current()
                .map(running -> running.reporting(() -> response(MasterHealth.of(probe, running))))
                .orElseGet(() -> HealthCheckResponse.up(probe.check()));
    }

    private static HealthCheckResponse response(MasterHealth health) {
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named(health.name()).status(health.up());
        health.data().forEach((key, value) -> {
            if (value instanceof Long number) {
                response.withData(key, number);
            } else if (value instanceof Boolean flag) {
                response.withData(key, flag);
            } else {
                response.withData(key, value.toString());
            }
        });
        return response.build();
    }
}
