package dev.prefork.quarkus.master;

import dev.prefork.app.RunningMaster;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;

/** Shows what is measured in the master; Quarkus binds every binder that is a bean. */
@Singleton
class MasterMetrics implements MeterBinder {
    @Override
    public void bindTo(MeterRegistry registry) {
        if (RunningMaster.exists()) {
            RunningMaster.current().orElseThrow().meters().bindTo(registry);
        }
    }
}
