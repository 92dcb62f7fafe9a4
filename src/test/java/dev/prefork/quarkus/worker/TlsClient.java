package dev.prefork.quarkus.worker;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;

/** One HTTPS request that trusts anybody: the tests are about sockets, not certificates. */
public final class TlsClient {
    private TlsClient() {}

    public static String get(int port, String path) {
        Vertx vertx = Vertx.vertx();
        try {
            HttpClientOptions options =
                    new HttpClientOptions().setSsl(true).setTrustAll(true).setVerifyHost(false);
            return AdoptedServer.await(vertx.createHttpClient(options)
                    .request(HttpMethod.GET, port, "127.0.0.1", path)
                    .compose(HttpClientRequest::send)
                    .compose(response -> response.body())
                    .map(body -> body.toString()));
        } finally {
            AdoptedServer.await(vertx.close());
        }
    }
}
