package dev.prefork.quarkus.master;

import dev.prefork.app.RunningMaster;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;

/**
 * Tells the gate of a connection that its request has been answered.
 *
 * <p>Threading: called on the event loops; the end of an answer by whichever thread writes it.
 */
@ApplicationScoped
public class AnswerEnds {
    void install(@Observes ManagementInterface management) {
        RunningMaster.current()
                .ifPresent(running ->
                        management.router().route().order(Integer.MIN_VALUE).handler(AnswerEnds::follow));
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
