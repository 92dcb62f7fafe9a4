package dev.prefork.quarkus.master;

import dev.prefork.app.RunningMaster;
import dev.prefork.metrics.meters.MicrometerSource;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.util.Optional;

/**
 * The registry of a master's own meters: that of Quarkus' Micrometer extension, or, in an application that was built without
 * the extension, one of our own.
 *
 * <p>Threading: any thread.
 */
final class MasterMeters {
    private MasterMeters() {}

    /** Empty where there is neither a registry nor a master. */
    static synchronized Optional<PrometheusMeterRegistry> registry() {
        return MicrometerSource.registry().or(() -> RunningMaster.current().map(MasterMeters::make));
    }

    private static PrometheusMeterRegistry make(RunningMaster running) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        running.meters().bindTo(registry);
        Metrics.addRegistry(registry);
        return registry;
    }
}
