package dev.prefork.agent.demo;

import io.quarkus.arc.properties.IfBuildProperty;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.CountDownLatch;

/**
 * Routes with which a test makes a worker fail: only while the run-time profile {@code test} is active.
 *
 * <p>Threading: handlers run on the event loops; {@code /hang} blocks its own for ever, as it should.
 */
@ApplicationScoped
@IfBuildProperty(name = "prefork.demo", stringValue = "true")
class DemoFaults {
    private static final int CRASH_CODE = 70;

    void install(@Observes Router router) {
        if (ConfigUtils.isProfileActive("test")) {
            router.get("/crash").handler(request -> Runtime.getRuntime().halt(code(request, CRASH_CODE)));
            router.get("/hang").handler(DemoFaults::hang);
            router.get("/exit").handler(DemoFaults::exit);
        }
    }

    private static void hang(RoutingContext request) {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            request.fail(e);
        }
    }

    /** On a thread of its own: the exit waits for the shutdown hook, and that waits for the event loops. */
    private static void exit(RoutingContext request) {
        int code = code(request, 0);
        new Thread(() -> System.exit(code), "demo-exit").start();
        request.response().end("exiting with " + code + "\n");
    }

    private static int code(RoutingContext request, int otherwise) {
        String wanted = request.request().getParam("code", "");
        return wanted.matches("\\d{1,3}") ? Integer.parseInt(wanted) : otherwise;
    }
}
