package dev.prefork.quarkus.master.page;

import dev.prefork.log.RecentEntries;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;

/**
 * The status and the log as server-sent events.
 *
 * <p>Threading: event loops.
 */
final class EventStream {
    private final Watchers watchers;
    private final RecentEntries log;
    private final Consumer<HttpServerRequest> endless;

    /** @param endless is told of a request whose answer has no end, so that its client's leaving is seen */
    EventStream(Watchers watchers, RecentEntries log, Consumer<HttpServerRequest> endless) {
        this.watchers = watchers;
        this.log = log;
        this.endless = endless;
    }

    void answer(RoutingContext exchange) {
        if (!Replies.reads(exchange)) {
            return;
        }
        HttpServerResponse response = exchange.response();
        boolean head = exchange.request().method().equals(HttpMethod.HEAD);
        Watcher watcher = new Watcher(exchange.vertx().getOrCreateContext(), response, log, known(exchange.request()));
        if (!head && !joins(exchange, watcher)) {
            return;
        }
        // A proxy must not collect it first (X-Accel-Buffering, nginx).
        Replies.guarded(exchange)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream; charset=utf-8")
                .putHeader("X-Accel-Buffering", "no");
        if (head) {
            response.end();
            return;
        }
        exchange.addEndHandler(ended -> watchers.leave(watcher));
        endless.accept(exchange.request());
        // What has been pushed meanwhile comes after this, since it has to wait for this thread.
        response.setChunked(true).write("retry: 2000\n\n");
    }

    /** Whether there is room for it; otherwise it is answered. */
    private boolean joins(RoutingContext exchange, Watcher watcher) {
        Watchers.Admission admission = watchers.join(watcher, Replies.client(exchange.request()));
        if (admission == Watchers.Admission.JOINED) {
            return true;
        }
        boolean own = admission == Watchers.Admission.TOO_MANY_OF_IT;
        exchange.response().putHeader(HttpHeaders.RETRY_AFTER, "5");
        Replies.error(
                exchange,
                own ? 429 : 503,
                "as many watch " + (own ? "from this address " : "")
                        + "as are allowed to at a time; ask for the status instead, or try again later");
        return false;
    }

    /** What it had before its connection broke; nothing if that was another master's. */
    private long known(HttpServerRequest request) {
        String id = request.getHeader("Last-Event-ID");
        if (id == null || !id.matches("\\d{1,18}")) {
            return 0;
        }
        long number = Long.parseLong(id);
        return number > log.last() ? 0 : number;
    }
}
