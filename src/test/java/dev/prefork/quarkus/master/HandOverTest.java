package dev.prefork.quarkus.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.Waits;
import dev.prefork.app.RunningMaster;
import dev.prefork.quarkus.master.early.EarlyHealth;
import dev.prefork.quarkus.master.early.EarlyPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the early port to a real server of Vert.x. */
class HandOverTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final String REQUEST = "GET /q/health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    /** Before there is a master, whose port this would be. */
    private final VertxBuilder builder = new VertxBuilder(new VertxOptions().setEventLoopPoolSize(2)).init();

    private final IdleMaster idle = new IdleMaster();
    private final RunningMaster running = idle.publish();
    private final EarlyPort port = open();
    private Vertx vertx;

    private static EarlyPort open() {
        try {
            return EarlyPort.open(new InetSocketAddress(HERE, 0));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() {
        port.close();
        if (vertx != null) {
            await(vertx.close());
        }
        RunningMaster.retire(running);
        idle.close();
    }

    private HttpServer serve() {
        vertx = builder.findTransport(new LimitedTransport(
                        builder.findTransport(), (options, bootstrap) -> ManagementPort.takeOver(port, options)))
                .vertx();
        return await(vertx.createHttpServer(
                        new HttpServerOptions().setHost(HERE.getHostAddress()).setPort(-1))
                .requestHandler(request -> request.response().end("quarkus"))
                .listen());
    }

    private static <T> T await(Future<T> future) {
        Waits.await().until(future::isComplete);
        assertThat(future.cause()).isNull();
        return future.result();
    }

    private String ask() throws IOException {
        try (Socket client = new Socket(HERE, port.port())) {
            client.setSoTimeout(60_000);
            client.getOutputStream().write(REQUEST.getBytes());
            return new String(client.getInputStream().readAllBytes());
        }
    }

    /** Every client is answered by the one or the other: none is refused, reset or left without an answer. */
    @Test
    void noClientFindsThePortClosed() throws Exception {
        List<String> answers = new CopyOnWriteArrayList<>();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        AtomicBoolean enough = new AtomicBoolean();
        ExecutorService clients = Executors.newFixedThreadPool(4);
        for (int i = 0; i < 4; i++) {
            clients.execute(() -> {
                while (!enough.get()) {
                    try {
                        answers.add(ask());
                    } catch (IOException e) {
                        failures.add(e);
                    }
                }
            });
        }
        port.answer(new EarlyHealth(running, "/q"));
        Waits.await().until(() -> answers.size() > 200);
        serve();
        Waits.await()
                .until(() -> answers.stream()
                                .filter(answer -> answer.endsWith("quarkus"))
                                .count()
                        > 200);
        enough.set(true);
        clients.shutdown();

        assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(failures).isEmpty();
        assertThat(answers).allMatch(answer -> answer.startsWith("HTTP/1.1 200 OK"));
        assertThat(answers).anyMatch(answer -> answer.contains("prefork-loop"));
    }

    @Test
    void aClientThatWaitsInTheQueueIsServedByTheNext() throws Exception {
        try (Socket early = new Socket(HERE, port.port())) {
            early.setSoTimeout(60_000);
            early.getOutputStream().write(REQUEST.getBytes());
            HttpServer server = serve();

            assertThat(server.actualPort()).isEqualTo(port.port());
            assertThat(new String(early.getInputStream().readAllBytes())).endsWith("quarkus");
        }
    }

    @Test
    void theServerClosesThePortWithItself() {
        HttpServer server = serve();
        int number = port.port();
        await(server.close());

        assertThatThrownBy(() -> new Socket(HERE, number)).isInstanceOf(IOException.class);
    }

    @Test
    void aServerWithTlsBindsForItself() {
        NetServerOptions tls = new NetServerOptions()
                .setHost(HERE.getHostAddress())
                .setPort(port.port())
                .setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions());

        assertThat(ManagementPort.takeOver(port, tls)).isEmpty();
        assertThatThrownBy(() -> new Socket(HERE, port.port())).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2", "0.0.0.0", "::1"})
    void aServerOnAnotherAddressBindsForItself(String host) {
        assertThat(ManagementPort.takeOver(
                        port, new NetServerOptions().setHost(host).setPort(port.port())))
                .isEmpty();
        assertThat(port.handOver()).isEmpty();
    }
}
