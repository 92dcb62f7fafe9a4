package dev.prefork.quarkus.worker;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.net.PfxOptions;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;

/** Vert.x on the transport under test, as Quarkus sets it up: one main server for each host and port. */
final class AdoptedServer implements AutoCloseable {
    private final Vertx vertx;

    AdoptedServer(AcceptGate gate) {
        vertx = new VertxBuilder(new VertxOptions().setEventLoopPoolSize(2))
                .init()
                .findTransport(new InheritedTransport(gate))
                .vertx();
    }

    /** Starts one more HTTP server that answers with {@code text} and the client's address. */
    HttpServer http(int port, String text) {
        return start(new HttpServerOptions().setPort(port).setHost("127.0.0.1"), text);
    }

    HttpServer https(int port, String text) {
        PfxOptions certificate =
                new PfxOptions().setPath(TestCertificate.file().toString()).setPassword(TestCertificate.PASSWORD);
        return start(
                new HttpServerOptions()
                        .setPort(port)
                        .setHost("127.0.0.1")
                        .setSsl(true)
                        .setKeyCertOptions(certificate),
                text);
    }

    HttpServer start(HttpServerOptions options, String text) {
        return await(server(options, text).listen(options.getPort(), options.getHost()));
    }

    /** A server that the application itself binds to a path. */
    HttpServer domainSocket(int port, Path path, String text) {
        return await(server(new HttpServerOptions().setPort(port), text)
                .listen(SocketAddress.domainSocketAddress(path.toString())));
    }

    private HttpServer server(HttpServerOptions options, String text) {
        return vertx.createHttpServer(options)
                .requestHandler(request -> request.response().end(text + " for " + request.remoteAddress()));
    }

    /** Starts one more HTTP server that does with requests what the test says. */
    HttpServer http(int port, Handler<HttpServerRequest> handler) {
        return await(
                vertx.createHttpServer(new HttpServerOptions().setPort(port).setHost("127.0.0.1"))
                        .requestHandler(handler)
                        .listen());
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
