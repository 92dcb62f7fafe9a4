package dev.prefork.quarkus.master.page;

import dev.prefork.exposition.Format;
import dev.prefork.json.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;

/** What all answers have in common. Any thread. */
final class Replies {
    private static final String JSON = "application/json; charset=utf-8";

    private Replies() {}

    /** Nothing of it is kept, guessed at, framed, or told to other sites. */
    static HttpServerResponse guarded(RoutingContext exchange) {
        return exchange.response()
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("X-Frame-Options", "DENY");
    }

    /** Whether it only wants to read; otherwise it is answered. */
    static boolean reads(RoutingContext exchange) {
        HttpMethod method = exchange.request().method();
        return method.equals(HttpMethod.GET)
                || method.equals(HttpMethod.HEAD)
                || refused(exchange, 405, "only GET and HEAD are allowed here", "GET, HEAD");
    }

    /** Whether it wants something to be done; otherwise it is answered. */
    static boolean posts(RoutingContext exchange) {
        return exchange.request().method().equals(HttpMethod.POST)
                || refused(exchange, 405, "only POST is allowed here", "POST");
    }

    private static boolean refused(RoutingContext exchange, int status, String why, String allowed) {
        exchange.response().putHeader(HttpHeaders.ALLOW, allowed);
        error(exchange, status, why);
        return false;
    }

    /**
     * The address at the other end of the connection, which may be that of a proxy: what a header says of others anyone could write. Clients
     * over a unix socket have none.
     */
    static String client(HttpServerRequest request) {
        return Optional.ofNullable(request.remoteAddress())
                .map(SocketAddress::hostAddress)
                .orElse("unix");
    }

    /** One line for people. */
    static void error(RoutingContext exchange, int status, String why) {
        json(exchange, status, Map.of("error", why));
    }

    static void json(RoutingContext exchange, int status, Map<String, ?> members) {
        send(exchange, status, JSON, Buffer.buffer(Json.write(members)));
    }

    /** In its zipped form, where the client takes it. */
    static void body(RoutingContext exchange, String type, Zipped body) {
        boolean zip = Format.takesGzip(exchange.request().getHeader(HttpHeaders.ACCEPT_ENCODING));
        exchange.response().putHeader(HttpHeaders.VARY, "Accept-Encoding");
        if (zip) {
            exchange.response().putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
        send(exchange, 200, type, zip ? body.zipped() : body.plain());
    }

    static void status(RoutingContext exchange, Zipped document) {
        body(exchange, JSON, document);
    }

    /** Without the body to a HEAD, but with its length. */
    private static void send(RoutingContext exchange, int status, String type, Buffer body) {
        HttpServerResponse response = guarded(exchange).setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, type);
        if (exchange.request().method().equals(HttpMethod.HEAD)) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
                    .end();
        } else {
            response.end(body);
        }
    }
}
