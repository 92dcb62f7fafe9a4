package dev.prefork.quarkus.master;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.app.RunningMaster;
import dev.prefork.listen.StallMeter;
import dev.prefork.quarkus.master.early.EarlyHealth;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The probes of a master whose loop never turns, over HTTP, beside routes as an extension might have them. */
class HealthEndpointTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final IdleMaster idle = new IdleMaster();
    private final RunningMaster running = idle.running();
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private int port = serve(Map.of());

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        idle.close();
    }

    private int serve(Map<String, String> settings) {
        Router router = Router.router(vertx);
        router.route("/*").handler(exchange -> exchange.response().end("an extension's"));
        new HealthEndpoint(
                        running,
                        new SmallRyeConfigBuilder()
                                .withSources(new PropertiesConfigSource(settings, "test", 100))
                                .build())
                .install(router);
        HttpServer server = vertx.createHttpServer().requestHandler(router);
        return server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
    }

    private HttpResponse<String> send(String method, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(PATIENCE)
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonObject check(String probe) {
        return new JsonObject(send("GET", "/q/health/" + probe).body())
                .getJsonArray("checks")
                .getJsonObject(0);
    }

    private Object data(String probe, String key) {
        return check(probe).getJsonObject("data").getValue(key);
    }

    @Test
    void theyAreAnsweredInThePlaceOfAnExtensionAndNothingElseIs() {
        EarlyHealth.PATHS.keySet().forEach(path -> {
            assertThat(new JsonObject(send("GET", "/q" + path).body()).fieldNames())
                    .as(path)
                    .containsExactly("status", "checks");
        });
        assertThat(send("GET", "/q/other").body()).isEqualTo("an extension's");
        assertThat(send("GET", "/q/health-ui/").body()).isEqualTo("an extension's");
        assertThat(send("GET", "/health/live").body()).isEqualTo("an extension's");
    }

    @Test
    void groupsOfTheApplicationsChecksAreNotAskedHere() {
        assertThat(send("GET", "/q/health/group/shop").statusCode()).isEqualTo(404);
        assertThat(send("GET", "/q/health/group").statusCode()).isEqualTo(404);
    }

    @Test
    void anAnswerIsThatOfMicroProfileHealth() {
        HttpResponse<String> live = send("GET", "/q/health/live");
        assertThat(live.statusCode()).isEqualTo(200);
        assertThat(live.headers().firstValue("content-type")).contains("application/json; charset=UTF-8");
        assertThat(live.headers().firstValue("cache-control")).contains("no-store");
        assertThat(check("live").fieldNames()).containsExactly("name", "status", "data");
        assertThat(check("live").getString("name")).isEqualTo("prefork-loop");

        HttpResponse<String> ready = send("GET", "/q/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(new JsonObject(ready.body()).getString("status")).isEqualTo("DOWN");
        HttpResponse<String> all = send("GET", "/q/health");
        assertThat(all.statusCode()).isEqualTo(503);
        assertThat(new JsonObject(all.body()).getJsonArray("checks")).hasSize(4);
    }

    @Test
    void headHasTheSameWithoutABodyAndNothingIsChangedHere() {
        assertThat(send("HEAD", "/q/health/live").statusCode()).isEqualTo(200);
        assertThat(send("HEAD", "/q/health/live").body()).isEmpty();
        HttpResponse<String> post = send("POST", "/q/health/live");
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("allow")).contains("GET, HEAD");
    }

    @Test
    void theyAreWhereTheSettingsSay() {
        port = serve(Map.of(
                "quarkus.management.root-path", "/manage/",
                "quarkus.smallrye-health.root-path", "checks",
                "quarkus.smallrye-health.liveness-path", "alive",
                "quarkus.smallrye-health.readiness-path", "/readyz"));
        assertThat(send("GET", "/manage/checks/alive").statusCode()).isEqualTo(200);
        assertThat(send("GET", "/readyz").statusCode()).isEqualTo(503);
        assertThat(send("GET", "/manage/checks/well").statusCode()).isEqualTo(503);
        assertThat(send("GET", "/manage/checks/live").statusCode()).isEqualTo(404);
        assertThat(send("GET", "/q/health/live").body()).isEqualTo("an extension's");

        port = serve(Map.of("quarkus.management.root-path", "/"));
        assertThat(send("GET", "/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void aLoopThatDoesNotTurnIsDownAfterAWhileAndNotBefore() {
        assertThat(send("GET", "/q/health/live").statusCode()).isEqualTo(200);
        await().atMost(PATIENCE).until(() -> send("GET", "/q/health/live").statusCode() == 503);
    }

    @Test
    void afterAnErrorAnywhereItIsDownAtOnce() {
        assertThat(send("GET", "/q/health/live").statusCode()).isEqualTo(200);
        running.master().errors().report(Thread.currentThread(), new OutOfMemoryError("Java heap space"));
        assertThat(send("GET", "/q/health/live").statusCode()).isEqualTo(503);
    }

    @Test
    void anErrorInAnAnswerIsReportedAndAnExceptionIsNot() {
        idle.stalled = () -> {
            throw new IllegalStateException("the request's own");
        };
        assertThat(send("GET", "/q/health/well").statusCode()).isEqualTo(500);
        assertThat(send("GET", "/q/health/live").statusCode()).isEqualTo(200);
        idle.stalled = () -> {
            throw new StackOverflowError("deep");
        };
        assertThat(send("GET", "/q/health/well").statusCode()).isEqualTo(500);
        assertThat(send("GET", "/q/health/live").statusCode()).isEqualTo(503);
    }

    @Test
    void thatNoWorkerIsReadyHasATime() {
        assertThat((Integer) data("ready", "none-ready-for-ms")).isNotNegative();
        assertThat(data("ready", "stop")).isEqualTo("none");
        assertThat(data("ready", "min-ready")).isEqualTo(1);
        assertThat(data("ready", "last-exit")).isNull();
        assertThat(data("started", "been-ready")).isEqualTo("0 of 2");
        assertThat(data("well", "workers-desired")).isEqualTo(2);
        assertThat(data("well", "backing-off")).isEqualTo(false);
    }

    @Test
    void aStalledListenerIsNamedWithItsSeconds() {
        idle.stalled = () -> List.of(
                new StallMeter.Stall("http", OptionalInt.empty(), 3, 7_900_000_000L),
                new StallMeter.Stall("admin", OptionalInt.of(1), 1, 6_000_000_000L));
        assertThat(data("well", "stalled-seconds-http")).isEqualTo(7);
        assertThat(data("well", "stalled-seconds-admin-slot-1")).isEqualTo(6);
    }
}
