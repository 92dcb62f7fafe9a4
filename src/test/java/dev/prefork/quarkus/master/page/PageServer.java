package dev.prefork.quarkus.master.page;

import dev.prefork.it.Answer;
import dev.prefork.it.Http;
import dev.prefork.json.Json;
import dev.prefork.log.Entry;
import dev.prefork.quarkus.master.IdleMaster;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A real server of Vert.x with the page of a master whose loop never turns. For one test. */
public final class PageServer implements AutoCloseable {
    static final int MOST_WATCHERS = 3;

    /** What all tests have but those about it. */
    private static final int OF_ONE_ADDRESS = MOST_WATCHERS;

    static final Duration PERIOD = Duration.ofMillis(20);

    final IdleMaster master = new IdleMaster();
    final AskedActions actions = new AskedActions();

    /** How many answers without an end were begun. */
    final AtomicInteger endless = new AtomicInteger();

    /** How often it was looked for what there is to see. */
    final AtomicInteger looks = new AtomicInteger();

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    final StatusPage page;
    private final HttpServer server;

    public PageServer() {
        this(0);
    }

    /** @param port 0 for any */
    public PageServer(int port) {
        this(port, OF_ONE_ADDRESS);
    }

    /** @param ofOneAddress how many may watch from one */
    public PageServer(int port, int ofOneAddress) {
        Router router = Router.router(vertx);
        master.actions = actions;
        master.looked = looks::incrementAndGet;
        page = new StatusPage(
                        vertx,
                        master.running(),
                        request -> endless.incrementAndGet(),
                        new StatusPage.Limits(MOST_WATCHERS, ofOneAddress, PERIOD))
                .install(router);
        server = await(vertx.createHttpServer().requestHandler(router).listen(port, "127.0.0.1"));
    }

    public int port() {
        return server.actualPort();
    }

    Answer get(String path) throws IOException {
        return Http.get(port(), path);
    }

    Answer send(String method, String path, Map<String, String> headers, String body) throws IOException {
        try (Http connection = Http.open(Http.port(port()))) {
            return connection.send(method, path, headers, body);
        }
    }

    EventReader events() throws IOException {
        return new EventReader(port(), "");
    }

    /** What there is to see from now on. */
    void status(Map<String, ?> document) {
        master.status = Json.write(document).getBytes(StandardCharsets.UTF_8);
    }

    /** The same, as it is written. */
    public void show(byte[] document) {
        master.status = document;
    }

    public void log(Entry entry) {
        master.log.add(entry);
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    @Override
    public void close() {
        page.close();
        await(vertx.close());
        master.close();
    }
}
