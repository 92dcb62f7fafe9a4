package dev.prefork.metrics.meters;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.LongSupplier;

/** What the log has lost. Any thread. */
public record LogMeters(LongSupplier dropped) implements MeterBinder {
    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("prefork.log.lines.dropped", dropped, LongSupplier::getAsLong)
                .description("Lines of the master's log that were dropped because the log was not read")
                .register(registry);
    }
}
