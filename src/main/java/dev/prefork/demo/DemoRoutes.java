package dev.prefork.demo;

import dev.prefork.handoff.WorkerName;
import io.quarkus.arc.properties.IfBuildProperty;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Routes that show which worker answers, and how a request in flight fares. They belong to this project's own build alone.
 *
 * <p>Threading: handlers run on the event loops and never block them.
 */
@ApplicationScoped
@IfBuildProperty(name = "prefork.demo", stringValue = "true")
class DemoRoutes {
    private static final int LONGEST_MILLIS = 60_000;

    private final String name = WorkerName.of(System.getenv()).toString();
    private final Vertx vertx;

    DemoRoutes(Vertx vertx) {
        this.vertx = vertx;
    }

    void install(@Observes Router router) {
        router.get("/").handler(request -> answer(request, name));
        router.get("/work").handler(this::work);
    }

    /** Answers after {@code ms} milliseconds. */
    private void work(RoutingContext request) {
        String wanted = request.request().getParam("ms", "0");
        if (!wanted.matches("\\d{1,5}") || Integer.parseInt(wanted) > LONGEST_MILLIS) {
            request.response()
                    .setStatusCode(400)
                    .end("ms=" + wanted + " is not a number from 0 to " + LONGEST_MILLIS + "\n");
            return;
        }
        int millis = Integer.parseInt(wanted);
        // A timer of Vert.x takes at least one millisecond.
        vertx.setTimer(Math.max(1, millis), timer -> answer(request, name + " worked " + millis + " ms"));
    }

    private static void answer(RoutingContext request, String line) {
        if (!request.response().ended() && !request.response().closed()) {
            request.response().putHeader("Content-Type", "text/plain").end(line + "\n");
        }
    }
}
