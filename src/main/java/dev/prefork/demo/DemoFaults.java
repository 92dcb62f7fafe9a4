package dev.prefork.demo;

import dev.prefork.handoff.Leadership;
import io.quarkus.arc.properties.IfBuildProperty;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Routes with which a test makes a worker fail, linger or lead: only while the run-time profile {@code test} is active.
 *
 * <p>Threading: handlers run on the event loops; {@code /hang} and {@code /block} block their own, as they should, and {@code /jam}
 * a thread of the pool for blocking work.
 */
@ApplicationScoped
@IfBuildProperty(name = "prefork.demo", stringValue = "true")
class DemoFaults {
    private static final int CRASH_CODE = 70;

    void install(@Observes Router router) {
        if (ConfigUtils.isProfileActive("test")) {
            router.get("/crash").handler(request -> Runtime.getRuntime().halt(code(request, CRASH_CODE)));
            router.get("/hang").handler(DemoFaults::hang);
            router.get("/block").handler(DemoFaults::block);
            router.get("/jam").blockingHandler(DemoFaults::block, false);
            router.get("/echo").handler(DemoFaults::echo);
            router.get("/exit").handler(DemoFaults::exit);
            router.get("/lead").handler(DemoFaults::lead);
            router.get("/events").handler(DemoFaults::events);
            router.post("/upload").handler(DemoFaults::upload);
        }
    }

    private static void hang(RoutingContext request) {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            request.fail(e);
        }
    }

    /** Keeps its thread busy, an event loop or one for blocking work, for {@code ms} milliseconds, one second if nothing is said, and answers then. */
    private static void block(RoutingContext request) {
        String wanted = request.request().getParam("ms", "");
        long millis = wanted.matches("\\d{1,5}") ? Long.parseLong(wanted) : 1000;
        try {
            // It is never counted down: what is wanted is the wait.
            boolean released = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
            request.response().end((released ? "released" : "blocked") + " for " + millis + " ms\n");
        } catch (InterruptedException e) {
            request.fail(e);
        }
    }

    /** A WebSocket that says what it hears, and never ends by itself. */
    private static void echo(RoutingContext request) {
        request.request().toWebSocket().onSuccess(socket -> socket.textMessageHandler(socket::writeTextMessage));
    }

    /** On a thread of its own: the exit waits for the shutdown hook, and that waits for the event loops. */
    private static void exit(RoutingContext request) {
        int code = code(request, 0);
        new Thread(() -> System.exit(code), "demo-exit").start();
        request.response().end("exiting with " + code + "\n");
    }

    /** Says whether this worker leads. */
    private static void lead(RoutingContext request) {
        request.response().end(Leadership.ofThisProcess().tryLead() + "\n");
    }

    /** One event, and then the stream stays open without another. */
    private static void events(RoutingContext request) {
        request.response()
                .putHeader("Content-Type", "text/event-stream")
                .setChunked(true)
                .write("data: first\n\n");
    }

    /** Answers with the size of the body once all of that has come. */
    private static void upload(RoutingContext request) {
        request.request().body().onSuccess(body -> request.response().end(body.length() + " bytes\n"));
        // Quarkus has paused it, until the application wants the body.
        request.request().resume();
    }

    private static int code(RoutingContext request, int otherwise) {
        String wanted = request.request().getParam("code", "");
        return wanted.matches("\\d{1,3}") ? Integer.parseInt(wanted) : otherwise;
    }
}
