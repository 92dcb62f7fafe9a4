package dev.prefork.demo;

import dev.prefork.handoff.Inheritance;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmHeapPressureMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.quarkus.arc.properties.IfBuildProperty;
import io.quarkus.micrometer.runtime.binder.JVMInfoBinder;
import io.quarkus.runtime.ImageMode;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The meters of the JVM and the machine. Quarkus would bind them while it starts, which is a twentieth of a worker's start: the
 * JDK's management comes with them. Here a worker binds them a second after its start; any other process at once. Without a
 * registry they go nowhere.
 *
 * <p>Threading: bound on a thread for blocking work.
 */
@ApplicationScoped
@IfBuildProperty(name = "prefork.demo", stringValue = "true")
class DemoMeters {
    private static final Logger LOG = Logger.getLogger(DemoMeters.class);

    private static final long AFTER_START_MILLIS = 1000;

    /** Those of quarkus.micrometer.binder.jvm and .system, which this project's build switches off. */
    private static final List<Supplier<MeterBinder>> ALWAYS = List.of(
            ClassLoaderMetrics::new,
            JvmHeapPressureMetrics::new,
            JvmMemoryMetrics::new,
            JvmThreadMetrics::new,
            JVMInfoBinder::new,
            UptimeMetrics::new,
            ProcessorMetrics::new,
            FileDescriptorMetrics::new);

    private final Vertx vertx;
    private final MeterRegistry registry;

    DemoMeters(Vertx vertx, MeterRegistry registry) {
        this.vertx = vertx;
        this.registry = registry;
    }

    void starting(@Observes StartupEvent event) {
        if (Inheritance.isPossible()) {
            vertx.setTimer(AFTER_START_MILLIS, timer -> vertx.executeBlocking(this::bind)
                    .onFailure(e -> LOG.warn("some meters of the JVM are missing: " + e)));
        } else {
            bind();
        }
    }

    private boolean bind() {
        // There is nothing to be told of collections in a native executable.
        Stream<Supplier<MeterBinder>> ofJvm =
                ImageMode.current() == ImageMode.JVM ? Stream.of(JvmGcMetrics::new) : Stream.of();
        Stream.concat(ALWAYS.stream(), ofJvm).forEach(meters -> meters.get().bindTo(registry));
        return true;
    }
}
