package dev.prefork.agent.worker;

import dev.prefork.worker.Visitor;
import dev.prefork.worker.Visitors;
import io.quarkus.vertx.http.runtime.filters.QuarkusRequestWrapper;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;

/**
 * Lets every answer of a stopping worker be its connection's last, and say so: also the answers to requests that were in
 * flight when the stop began, which Quarkus' own filter leaves as they are.
 *
 * <p>Threading: called on the event loops; an answer's head is written by whatever thread answers.
 */
final class LastAnswers implements Handler<RoutingContext> {
    private static final long NO_ERROR = 0;
    private static final int EVERY_STREAM = Integer.MAX_VALUE;

    private final Visitors visitors;

    LastAnswers(Visitors visitors) {
        this.visitors = visitors;
    }

    @Override
    public void handle(RoutingContext exchange) {
        if (exchange.request().connection() instanceof ConnectionBase connection) {
            Visitors.of(connection.channel()).ifPresent(visitor -> follow(exchange, visitor));
        }
        exchange.next();
    }

    private void follow(RoutingContext exchange, Visitor visitor) {
        HttpServerRequest request = exchange.request();
        visitor.requestBegan();
        if (request.version() == HttpVersion.HTTP_2) {
            HttpConnection connection = request.connection();
            // Streams that the client has opened meanwhile are still served; it must not open more.
            visitor.sayOnLeaving(() -> connection.goAway(NO_ERROR, EVERY_STREAM));
            QuarkusRequestWrapper.get(request).addRequestDoneHandler(done -> visitor.requestEnded(false));
            return;
        }
        Answer answer = new Answer(exchange, visitor);
        exchange.addHeadersEndHandler(answer::head);
        QuarkusRequestWrapper.get(request).addRequestDoneHandler(answer::end);
    }

    /** One answer of HTTP/1: whether it announced the end is decided when its head is written, and held to. */
    private final class Answer {
        private final RoutingContext exchange;
        private final Visitor visitor;
        private volatile boolean announced;

        Answer(RoutingContext exchange, Visitor visitor) {
            this.exchange = exchange;
            this.visitor = visitor;
        }

        void head(Void written) {
            if (visitors.areLeaving()) {
                announced = true;
                exchange.response().headers().set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            }
        }

        void end(Void done) {
            visitor.requestEnded(announced);
        }
    }
}
