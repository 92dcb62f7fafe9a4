package dev.prefork.quarkus.master;

import dev.prefork.app.RunningMaster;
import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.ExpositionWriter;
import dev.prefork.exposition.Format;
import dev.prefork.http.Gzip;
import dev.prefork.metrics.meters.MicrometerSource;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/**
 * Answers scrapes in the master, in the place of Quarkus' own endpoint, which knows of this process only.
 *
 * <p>Threading: a thread of Quarkus' pool for each request, since files of /proc are read.
 */
final class MetricsEndpoint {
    /** Before Quarkus' own route, and after its filters for authentication and authorization: −200 and −100. */
    private static final int FIRST = -50;

    /** A Prometheus, its twin, a person who looks, and one to spare. */
    private static final int MOST = 4;

    private static final String TURN = "prefork.turn";

    private final ScrapeTurns turns = new ScrapeTurns(MOST, System::nanoTime);

    /** Held for as long as a scrape takes; no event loop ever waits for it. */
    private final Object building = new Object();

    void install(Router management, RunningMaster running, Config config) {
        management
                .get(path(config))
                .order(FIRST)
                .handler(this::begin)
                .blockingHandler(exchange -> scrape(exchange, running), false);
    }

    private static String path(Config config) {
        String root = config.getOptionalValue("quarkus.management.root-path", String.class)
                .orElse("/q");
        String own = config.getOptionalValue("quarkus.micrometer.export.prometheus.path", String.class)
                .orElse("metrics");
        return own.startsWith("/") ? own : (root.endsWith("/") ? root : root + "/") + own;
    }

    /** On the event loop, so that no thread waits with a request that is too much. */
    private void begin(RoutingContext exchange) {
        Optional<RequestGate> gate = AnswerEnds.gate(exchange.request());
        // Clients over a unix socket have no address.
        String client = Optional.ofNullable(exchange.request().remoteAddress())
                .map(SocketAddress::hostAddress)
                .orElse("unix");
        Optional<ScrapeTurns.Turn> turn = turns.take(
                client,
                () -> gate.ifPresentOrElse(
                        RequestGate::end, () -> exchange.request().connection().close()));
        if (turn.isEmpty()) {
            exchange.response()
                    .setStatusCode(503)
                    .putHeader(HttpHeaders.RETRY_AFTER, "1")
                    .end();
            return;
        }
        exchange.put(TURN, turn.get());
        gate.ifPresentOrElse(
                each -> each.whenRead(turn.get()::read),
                () -> exchange.addEndHandler(ended -> turn.get().read()));
        exchange.next();
    }

    private void scrape(RoutingContext exchange, RunningMaster running) {
        try {
            // One at a time: as many at once would only need as many times the memory.
            synchronized (building) {
                answer(exchange, running);
            }
        } finally {
            ((ScrapeTurns.Turn) exchange.get(TURN)).written();
        }
    }

    /** Memory that was kept for the stop after an error is not for a scrape. */
    private static void answer(RoutingContext exchange, RunningMaster running) {
        if (running.master().errors().first().isPresent()) {
            exchange.fail(HttpResponseStatus.SERVICE_UNAVAILABLE.code());
            return;
        }
        byte[] body = running.reporting(() -> body(exchange, running));
        exchange.response().end(Buffer.buffer(body));
    }

    private static byte[] body(RoutingContext exchange, RunningMaster running) {
        Format format = Format.negotiate(exchange.request().getHeader(HttpHeaders.ACCEPT));
        Exposition all = running.scrape().collect(MetricsEndpoint::own);
        byte[] body = ExpositionWriter.write(all, format);
        exchange.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, format.contentType())
                .putHeader(HttpHeaders.VARY, "Accept, Accept-Encoding");
        if (Format.takesGzip(exchange.request().getHeader(HttpHeaders.ACCEPT_ENCODING))) {
            exchange.response().putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
            body = Gzip.zip(body);
        }
        return body;
    }

    static Exposition own() {
        return MasterMeters.registry().map(MicrometerSource::read).orElse(Exposition.EMPTY);
    }
}
