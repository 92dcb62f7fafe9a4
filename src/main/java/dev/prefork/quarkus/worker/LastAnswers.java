package dev.prefork.quarkus.worker;

import io.quarkus.vertx.http.runtime.filters.QuarkusRequestWrapper;
import io.vertx.core.Handler;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets every answer of a stopping worker be its connection's last, and say so: also the answers to requests that were in
 * flight when the stop began, which Quarkus' own filter leaves as they are.
 *
 * <p>Threading: called on the event loops; a response's head is written by the thread that answers.
 */
record LastAnswers(OpenConnections connections) implements Handler<RoutingContext> {
    private static final long NO_ERROR = 0;
    private static final int EVERY_STREAM = Integer.MAX_VALUE;

    @Override
    public void handle(RoutingContext exchange) {
        if (exchange.request().connection() instanceof ConnectionBase connection) {
            OpenConnections.of(connection.channel()).ifPresent(draining -> follow(exchange, draining));
        }
        exchange.next();
    }

    private void follow(RoutingContext exchange, DrainingConnection draining) {
        HttpServerRequest request = exchange.request();
        draining.requestBegan();
        if (request.version() == HttpVersion.HTTP_2) {
            HttpConnection connection = request.connection();
            if (!JavaClient.losesRequestsAtGoAway(request.getHeader(HttpHeaders.USER_AGENT))) {
                // Streams that the client has opened meanwhile are still served; it must not open more.
                draining.sayOnLeaving(() -> connection.goAway(NO_ERROR, EVERY_STREAM));
            }
            whenDone(exchange, () -> draining.requestEnded(false));
            return;
        }
        // Whether an answer announced the end is decided when its head is written, and held to.
        AtomicBoolean announced = new AtomicBoolean();
        exchange.addHeadersEndHandler(written -> {
            if (connections.areLeaving()) {
                announced.set(true);
                exchange.response().headers().set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            }
        });
        whenDone(exchange, () -> draining.requestEnded(announced.get()));
    }

    /**
     * Quarkus' wrapper keeps any number of handlers, but is only there when Quarkus has a use for it, such as a shutdown
     * timeout. The router's own end is the second best: an application that sets the response's handlers takes it away.
     */
    static void whenDone(RoutingContext exchange, Runnable then) {
        Cookie wrapped = exchange.request().getCookie(QuarkusRequestWrapper.FAKE_COOKIE_NAME);
        if (wrapped instanceof QuarkusRequestWrapper.QuarkusCookie ours) {
            ours.getRequestWrapper().addRequestDoneHandler(done -> then.run());
        } else {
            exchange.addEndHandler(ended -> then.run());
        }
    }
}
