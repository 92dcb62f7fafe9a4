package dev.prefork.quarkus.master.page;

import dev.prefork.app.RunningMaster;
import io.vertx.ext.web.RoutingContext;

/**
 * The status as JSON.
 *
 * <p>Threading: a thread of Quarkus' pool for each request, since files of /proc are read. All who ask within a quarter of a second are sent
 * the same bytes.
 */
final class StatusEndpoint {
    private final RunningMaster running;
    private Zipped last = new Zipped(new byte[0]);

    StatusEndpoint(RunningMaster running) {
        this.running = running;
    }

    /** On the event loop, so that no thread is taken by what is refused. */
    void admit(RoutingContext exchange) {
        if (running.master().errors().any()) {
            // Memory that was kept for the stop after an error is not for this.
            exchange.response().setStatusCode(503).end();
        } else if (Replies.reads(exchange)) {
            exchange.next();
        }
    }

    void answer(RoutingContext exchange) {
        Replies.status(exchange, running.reporting(this::document));
    }

    private synchronized Zipped document() {
        byte[] now = running.looks().status().get();
        if (!last.isOf(now)) {
            last = new Zipped(now);
        }
        return last;
    }
}
