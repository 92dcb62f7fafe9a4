package dev.prefork.metrics.meters;

import dev.prefork.metrics.merge.Rejects;
import dev.prefork.metrics.merge.Scrape;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.function.Supplier;

/** How complete the merged answer is. Any thread. */
public record ScrapeMeters(Supplier<Scrape.Counts> counts, Rejects rejects) implements MeterBinder {
    @Override
    public void bindTo(MeterRegistry registry) {
        workers("merged", () -> counts.get().merged()).register(registry);
        workers("missing", () -> counts.get().missing()).register(registry);
        for (Rejects.Reason reason : Rejects.Reason.values()) {
            FunctionCounter.builder("prefork.scrape.rejects", rejects, all -> all.of(reason))
                    .description("Families and series of workers that were left out of a response")
                    .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    private static Gauge.Builder<Supplier<Number>> workers(String state, Supplier<Number> number) {
        return Gauge.builder("prefork.scrape.workers", number)
                .description("Workers whose own metrics are in this response, or missing from it")
                .tag("state", state);
    }
}
