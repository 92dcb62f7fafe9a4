package dev.prefork.quarkus.master.page;

import dev.prefork.app.RunningMaster;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The status page on a master's management interface, the status as JSON and as events, and actions.
 *
 * <p>Threading: event loops, and threads of Quarkus' pool where files are read.
 */
public final class StatusPage implements AutoCloseable {
    /** Where all of it is; it does not follow Quarkus' root path, which is for what Quarkus has. */
    public static final String ROOT = "/prefork";

    /** Each of its paths. */
    public static final List<String> PATHS = Stream.concat(
                    Stream.of(ROOT, ROOT + "/status", ROOT + "/events"),
                    ActionRequest.NAMES.stream().map(name -> ROOT + "/" + name))
            .toList();

    /** Before routes of the application, and after Quarkus' filters for authentication and authorization: −200 and −100. */
    private static final int FIRST = -50;

    private static final long MOST_BODY_BYTES = 1024;

    private final RunningMaster running;
    private final Consumer<HttpServerRequest> endless;
    private final Watchers watchers;
    private PageFile page;

    /**
     * How much is done for those who watch.
     *
     * @param watchers at a time
     * @param ofOneAddress how many of them
     * @param period between two looks
     */
    public record Limits(int watchers, int ofOneAddress, Duration period) {
        /** More than people who look, also where all of them come through one proxy; a second is what the usage of workers is measured over. */
        public static final Limits DEFAULT = new Limits(64, 16, Duration.ofSeconds(1));
    }

    /** @param endless is told of each request whose answer has no end */
    public StatusPage(Vertx vertx, RunningMaster running, Consumer<HttpServerRequest> endless, Limits limits) {
        this.running = running;
        this.endless = endless;
        watchers = new Watchers(
                vertx, limits, () -> running.reporting(running.looks().status()));
    }

    public StatusPage install(Router management) {
        management.route(ROOT).order(FIRST).handler(exchange -> page().answer(exchange));
        StatusEndpoint status = new StatusEndpoint(running);
        management.route(ROOT + "/status").order(FIRST).handler(status::admit).blockingHandler(status::answer, false);
        EventStream events = new EventStream(watchers, running.looks().remote().log(), endless);
        management.route(ROOT + "/events").order(FIRST).handler(events::answer);
        ActionEndpoint actions = new ActionEndpoint(running, System::nanoTime);
        for (String name : ActionRequest.NAMES) {
            management
                    .route(ROOT + "/" + name)
                    .order(FIRST)
                    .handler(BodyHandler.create(false).setBodyLimit(MOST_BODY_BYTES))
                    .blockingHandler(actions::admit, false)
                    .handler(actions::read)
                    .handler(actions::perform)
                    .failureHandler(actions::fail);
        }
        return this;
    }

    /** Read when it is asked for first: a start must not wait for what few need. */
    private synchronized PageFile page() {
        if (page == null) {
            page = PageFile.read();
        }
        return page;
    }

    /** How many watch. */
    int watching() {
        return watchers.count();
    }

    /** Whether anything goes on for those who watch. */
    boolean isIdle() {
        return watchers.isIdle();
    }

    /** Ends the answers that have no end, so that the process need not wait for them. */
    @Override
    public void close() {
        watchers.end();
    }
}
