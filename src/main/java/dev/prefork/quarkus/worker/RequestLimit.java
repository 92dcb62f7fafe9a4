package dev.prefork.quarkus.worker;

import dev.prefork.config.Option;
import dev.prefork.config.Options;
import dev.prefork.handoff.Variables;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import org.jboss.logging.Logger;

/**
 * Counts down the requests that this worker answers, of every server and each stream of HTTP/2, and asks the master to replace
 * it after the last of them. The worker goes on serving until it is asked to stop.
 *
 * <p>Threading: requests end on any thread.
 */
final class RequestLimit implements Handler<RoutingContext> {
    private static final Logger LOG = Logger.getLogger("dev.prefork.worker");

    private final long limit;
    private final Runnable ask;

    /** Never reached before {@link #begin}: what a warm-up asks for does not count. */
    private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);

    private RequestLimit(long limit, Runnable ask) {
        this.limit = limit;
        this.ask = ask;
    }

    /**
     * Absent where no limit is set, or no master would hear of it.
     *
     * @param random gives numbers in [0, 1): workers that were started together are not to ask together
     * @param ask tells the master; it may wait
     */
    static Optional<RequestLimit> of(Map<String, String> environment, DoubleSupplier random, Runnable ask) {
        OptionalInt requests = Variables.number(environment, Option.variable(Options.REQUESTS));
        if (!Variables.isChild(environment) || requests.orElse(0) == 0) {
            return Optional.empty();
        }
        int jitter = Variables.number(environment, Option.variable(Options.REQUESTS_JITTER))
                .orElse(0);
        long limit = requests.getAsInt() + Math.round((2 * random.getAsDouble() - 1) * jitter);
        return Optional.of(new RequestLimit(Math.max(1, limit), ask));
    }

    /** From now on requests count. */
    void begin() {
        left.set(limit);
    }

    @Override
    public void handle(RoutingContext exchange) {
        LastAnswers.whenDone(exchange, this::answered);
        exchange.next();
    }

    void answered() {
        if (left.decrementAndGet() == 0) {
            askAside();
        }
    }

    /** Not here: an event loop must not wait for room in the master's queue, see unix(7). */
    private void askAside() {
        try {
            Thread thread = new Thread(this::askNow, "prefork-recycle");
            thread.setDaemon(true);
            thread.start();
        } catch (OutOfMemoryError e) {
            // No pid is free, see pthread_create(3): the next request tries it again.
            left.set(1);
        }
    }

    private void askNow() {
        LOG.infof("answered %d requests, asking to be replaced", limit);
        ask.run();
    }
}
