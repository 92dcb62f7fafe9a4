package dev.prefork.quarkus.master;

import dev.prefork.app.MasterHealth;
import dev.prefork.app.MasterHealth.Probe;
import dev.prefork.app.RunningMaster;
import dev.prefork.quarkus.master.early.HealthJson;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.config.Config;

/**
 * Answers probes in the master, with or without Quarkus' SmallRye Health extension and in the place of its own handlers: the health of a
 * pod is that of its workers, and the beans that an application has in this process as well are not what serves its clients.
 *
 * <p>Threading: event loops. What is asked for is the last snapshot, which takes no time and waits for nothing.
 */
final class HealthEndpoint {
    /**
     * Before Quarkus' own routes, which have 0 and more, and after its filters for authentication and authorization, which have −200 and −100;
     * and after the others, for what is left below the same path.
     */
    private static final int FIRST = -50;

    private static final int AFTER = FIRST + 1;
    private static final String HEALTH = "quarkus.smallrye-health.";
    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private final Config config;
    private final RunningMaster running;

    HealthEndpoint(RunningMaster running, Config config) {
        this.running = running;
        this.config = config;
    }

    void install(Router management) {
        String root = below(setting("quarkus.management.root-path", "/q"), setting(HEALTH + "root-path", "health"));
        install(management, root, List.of(Probe.values()));
        install(management, below(root, setting(HEALTH + "liveness-path", "live")), List.of(Probe.LIVE));
        install(management, below(root, setting(HEALTH + "readiness-path", "ready")), List.of(Probe.READY));
        install(management, below(root, setting(HEALTH + "startup-path", "started")), List.of(Probe.STARTED));
        install(management, below(root, setting(HEALTH + "wellness-path", "well")), List.of(Probe.WELL));
        // Such as groups of the application's checks, which this process is not to run.
        management.route(below(root, "*")).order(AFTER).handler(exchange -> exchange.response()
                .setStatusCode(HttpResponseStatus.NOT_FOUND.code())
                .end());
    }

    private void install(Router management, String path, List<Probe> probes) {
        management.route(path).order(FIRST).handler(exchange -> answer(exchange, probes));
    }

    private void answer(RoutingContext exchange, List<Probe> probes) {
        if (!READS.contains(exchange.request().method())) {
            exchange.response()
                    .setStatusCode(HttpResponseStatus.METHOD_NOT_ALLOWED.code())
                    .putHeader(HttpHeaders.ALLOW, "GET, HEAD")
                    .end();
            return;
        }
        List<MasterHealth> checks = running.reporting(() ->
                probes.stream().map(probe -> MasterHealth.of(probe, running)).toList());
        Buffer body = Buffer.buffer(HealthJson.of(checks));
        boolean up = checks.stream().allMatch(MasterHealth::up);
        exchange.response()
                .setStatusCode((up ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE).code())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json; charset=UTF-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length()))
                .end(exchange.request().method() == HttpMethod.HEAD ? Buffer.buffer() : body);
    }

    private String setting(String key, String otherwise) {
        return config.getOptionalValue(key, String.class).map(String::strip).orElse(otherwise);
    }

    /** As Quarkus has it: a path that begins with a slash is not below another. Never with a slash at its end. */
    private static String below(String root, String path) {
        String whole = path.startsWith("/") ? path : root + "/" + path;
        String inner = whole.replaceAll("^/+|/+$", "").replaceAll("/{2,}", "/");
        return "/" + inner;
    }
}
