package dev.prefork.quarkus.master;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Tells the gate of a connection that its request has been answered.
 *
 * <p>Threading: called on the event loops; the end of an answer by whichever thread writes it.
 */
final class AnswerEnds {
    private AnswerEnds() {}

    static void install(Router management) {
        management.route().order(Integer.MIN_VALUE).handler(AnswerEnds::follow);
    }

    private static void follow(RoutingContext exchange) {
        gate(exchange.request()).ifPresent(gate -> {
            gate.routed();
            exchange.addEndHandler(ended -> gate.answered());
        });
        exchange.next();
    }

    /** Empty where there is none. */
    static Optional<RequestGate> gate(HttpServerRequest request) {
        return request.connection() instanceof ConnectionBase connection
                ? RequestGate.of(connection.channel())
                : Optional.empty();
    }
}
