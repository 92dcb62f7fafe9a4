package org.example.bench;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** The routes of Prefork's demonstration, without Prefork: {@code /}, and {@code /work?ms=N}, which answers after N milliseconds. */
@ApplicationScoped
class Routes {
    private final String name = "worker ? (pid " + ProcessHandle.current().pid() + ")";
    private final Vertx vertx;

    Routes(Vertx vertx) {
        this.vertx = vertx;
    }

    void install(@Observes Router router) {
        router.get("/").handler(request -> answer(request, name));
        router.get("/work").handler(this::work);
    }

    private void work(RoutingContext request) {
        String wanted = request.request().getParam("ms", "0");
        if (!wanted.matches("\\d{1,5}") || Integer.parseInt(wanted) > 60_000) {
            request.response().setStatusCode(400).end("ms=" + wanted + " is not a number from 0 to 60000\n");
            return;
        }
        int millis = Integer.parseInt(wanted);
        vertx.setTimer(Math.max(1, millis), timer -> answer(request, name + " worked " + millis + " ms"));
    }

    private static void answer(RoutingContext request, String line) {
        if (!request.response().ended() && !request.response().closed()) {
            request.response().putHeader("Content-Type", "text/plain").end(line + "\n");
        }
    }
}
