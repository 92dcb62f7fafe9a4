package dev.prefork.agent.worker;

import dev.prefork.worker.Visitor;
import dev.prefork.worker.Visitors;
import io.quarkus.vertx.http.runtime.filters.QuarkusRequestWrapper;
import io.vertx.core.Handler;
import io.vertx.core.http.Cookie;
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
            if (!JavaClient.losesRequestsAtGoAway(request.getHeader(HttpHeaders.USER_AGENT))) {
                // Streams that the client has opened meanwhile are still served; it must not open more.
                visitor.sayOnLeaving(() -> connection.goAway(NO_ERROR, EVERY_STREAM));
            }
            whenDone(exchange, () -> visitor.requestEnded(false));
            return;
        }
        Answer answer = new Answer(exchange, visitor);
        exchange.addHeadersEndHandler(answer::head);
        whenDone(exchange, answer::end);
    }

    /**
     * Quarkus' wrapper keeps any number of handlers, but is only there when Quarkus has a use for it, such as a shutdown
     * timeout. The router's own end is the second best: an application that sets the response's handlers takes it away.
     */
    private static void whenDone(RoutingContext exchange, Runnable then) {
        Cookie wrapped = exchange.request().getCookie(QuarkusRequestWrapper.FAKE_COOKIE_NAME);
        if (wrapped instanceof QuarkusRequestWrapper.QuarkusCookie ours) {
            ours.getRequestWrapper().addRequestDoneHandler(done -> then.run());
        } else {
            exchange.addEndHandler(ended -> then.run());
        }
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

        void end() {
            visitor.requestEnded(announced);
        }
    }
}
