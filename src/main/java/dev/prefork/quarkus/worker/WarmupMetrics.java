package dev.prefork.quarkus.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Takes a worker's requests to itself out of what is measured of the HTTP servers: no client has sent them. Before the first
 * client there is nothing else in it.
 *
 * <p>Threading: any thread, while no request is under way.
 */
final class WarmupMetrics {
    private static final String HTTP = "http.server.";

    /** Made for each kind of answer, when there is one. */
    private static final String REQUESTS = HTTP + "requests";

    private WarmupMetrics() {}

    static void forget() {
        forget(Metrics.globalRegistry);
    }

    static void forget(CompositeMeterRegistry all) {
        added(all, name -> name.equals(REQUESTS)).forEach(all::remove);
        for (MeterRegistry registry : List.copyOf(all.getRegistries())) {
            // Others are made once and kept by who updates them, so that only what they pass numbers on to can be made
            // anew: which is done when a registry is added. A gauge that is still there then would be warned about. The
            // start of
            // the application may still make some on another thread: from here on they do not come into this registry.
            all.remove(registry);
            Set<Meter.Id> known = all.getMeters().stream().map(Meter::getId).collect(Collectors.toSet());
            added(registry, name -> name.startsWith(HTTP)).forEach(registry::remove);
            registry.getMeters().stream()
                    .filter(meter -> isAsked(meter) && known.contains(meter.getId()))
                    .forEach(registry::remove);
            all.add(registry);
        }
    }

    private static boolean isAsked(Meter meter) {
        return meter instanceof Gauge || meter instanceof FunctionCounter || meter instanceof FunctionTimer;
    }

    /** What adds up; what is open now, or was at most, says nothing of how many requests there were. */
    private static List<Meter> added(MeterRegistry registry, Predicate<String> names) {
        return registry.getMeters().stream()
                .filter(meter ->
                        meter instanceof Timer || meter instanceof DistributionSummary || meter instanceof Counter)
                .filter(meter -> names.test(meter.getId().getName()))
                .toList();
    }
}
