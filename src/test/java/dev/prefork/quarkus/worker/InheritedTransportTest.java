package dev.prefork.quarkus.worker;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.handoff.Inheritance;
import dev.prefork.handoff.Inheritance.Parent;
import dev.prefork.handoff.InheritedListener;
import dev.prefork.os.Endpoint;
import dev.prefork.os.Posix;
import io.netty.channel.epoll.Epoll;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.spi.transport.Transport;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class InheritedTransportTest {
    private static final int UNUSED = 1;

    private final AcceptGate gate = new AcceptGate();
    private final AdoptedServer server = new AdoptedServer(gate);
    private final MasterSocket socket = MasterSocket.tcp();

    @TempDir
    Path directory;

    @AfterEach
    void stop() {
        server.close();
        socket.close();
    }

    @Test
    void theServerAnswersOnTheInheritedSocket() {
        assign(Parent.MASTER, socket.copyFor("http"));
        server.http(socket.port(), "adopted");
        gate.open();
        assertThat(Client.get(socket.endpoint())).contains("200 OK").contains("adopted for 127.0.0.1:");
    }

    @Test
    void theServersPortIsTheInheritedOne() {
        assign(Parent.MASTER, socket.copyFor("http"));
        assertThat(server.http(socket.port(), "adopted").actualPort()).isEqualTo(socket.port());
    }

    @Test
    void aUnixListenerServesThroughTheSameServer() {
        try (MasterSocket unix = MasterSocket.unix(directory.resolve("s"))) {
            assign(Parent.MASTER, socket.copyFor("http"), unix.copyFor("http-local"));
            server.http(socket.port(), "adopted");
            gate.open();
            assertThat(Client.get(unix.endpoint())).contains("adopted for " + directory.resolve("s"));
            assertThat(Client.get(socket.endpoint())).contains("adopted for 127.0.0.1:");
        }
    }

    @Test
    void aUnixListenerAloneIsEnough() {
        try (MasterSocket unix = MasterSocket.unix(directory.resolve("s"))) {
            assign(Parent.MASTER, unix.copyFor("http"));
            server.http(UNUSED, "adopted");
            gate.open();
            assertThat(Client.get(unix.endpoint())).contains("adopted");
        }
    }

    @Test
    void severalServersOfOnePortShareTheListeners() {
        assign(Parent.MASTER, socket.copyFor("http"));
        server.http(socket.port(), "first");
        server.http(socket.port(), "second");
        gate.open();
        assertThat(Stream.generate(() -> Client.get(socket.endpoint())).limit(4))
                .anyMatch(answer -> answer.contains("first"))
                .anyMatch(answer -> answer.contains("second"));
    }

    @Test
    void theTlsServerGetsItsOwn() {
        try (MasterSocket tls = MasterSocket.tcp()) {
            assign(Parent.MASTER, socket.copyFor("http"), tls.copyFor("https"));
            server.http(socket.port(), "plain");
            server.https(tls.port(), "secret");
            gate.open();
            assertThat(Client.get(socket.endpoint())).contains("plain");
            assertThat(TlsClient.get(tls.port(), "/")).contains("secret");
        }
    }

    @Test
    void anotherServerBindsItself() {
        assign(Parent.MASTER, socket.copyFor("http"));
        HttpServer other = server.start(new HttpServerOptions().setPort(0).setHost("127.0.0.1"), "other");
        Endpoint bound = new Endpoint.Inet(InetAddress.getLoopbackAddress(), other.actualPort());
        assertThat(Client.get(bound)).contains("other");
        assertThat(gate.unclaimed(ServerKind.PLAIN)).hasSize(1);
    }

    @Test
    void aDomainSocketServerOfTheApplicationBindsItself() {
        assign(Parent.MASTER, socket.copyFor("http"));
        Path own = directory.resolve("own");
        server.domainSocket(socket.port(), own, "own");
        assertThat(Client.get(new Endpoint.Unix(own.toString()))).contains("own");
        assertThat(gate.unclaimed(ServerKind.PLAIN)).hasSize(1);
    }

    @Test
    void belowAMasterATlsServerWithoutListenersBindsNothing() {
        assign(Parent.MASTER, socket.copyFor("http"));
        server.https(UNUSED, "nowhere");
        assertThat(gate.unclaimed(ServerKind.TLS)).isEmpty();
    }

    @Test
    void aSecondServerDoesNotGetTheSameDescriptorAgain() {
        assign(Parent.MASTER, socket.copyFor("http"));
        AdoptedServer.await(server.http(socket.port(), "first").close());
        assertThatThrownBy(() -> server.http(socket.port(), "second"))
                .rootCause()
                .hasMessageContaining("Address already in use");
    }

    @Test
    void nothingIsAcceptedBeforeTheDoorsOpen() {
        assign(Parent.MASTER, socket.copyFor("http"));
        server.http(socket.port(), "adopted");
        try (Client early = Client.to(socket.endpoint()).send()) {
            awaitQueued();
            assertThat(early.hasAnswer()).isFalse();
            gate.open();
            assertThat(early.answer()).contains("adopted");
        }
    }

    @Test
    void afterTheDoorsCloseConnectionsWaitForASibling() {
        assign(Parent.MASTER, socket.copyFor("http"));
        server.http(socket.port(), "adopted");
        gate.open();
        gate.close();
        try (Client late = Client.to(socket.endpoint()).send()) {
            awaitQueued();
            assertThat(late.hasAnswer()).isFalse();
        }
    }

    private void awaitQueued() {
        await().until(() -> Posix.system().acceptQueue(socket.descriptor()).length() == 1);
    }

    @Test
    void closingIsForGood() {
        assign(Parent.MASTER, socket.copyFor("http"));
        gate.close();
        assertThat(gate.open()).isFalse();
        InheritedListener copy = gate.unclaimed(ServerKind.PLAIN).get(0);
        server.http(socket.port(), "too late");
        await().until(() -> Posix.system().socketKind(copy.descriptor()).isEmpty());
    }

    @Test
    void aWorkerNeverDeletesTheUnixPath() {
        Path path = directory.resolve("s");
        try (MasterSocket unix = MasterSocket.unix(path)) {
            InheritedListener copy = unix.copyFor("http");
            assign(Parent.MASTER, copy);
            HttpServer adopted = server.http(UNUSED, "adopted");
            gate.open();
            AdoptedServer.await(adopted.close());
            await().until(() -> Posix.system().socketKind(copy.descriptor()).isEmpty());
            assertThat(Files.exists(path)).isTrue();
        }
    }

    @Test
    void closingTheServerClosesEveryCopyAndLeavesTheMasters() {
        try (MasterSocket second = MasterSocket.tcp()) {
            List<InheritedListener> copies = List.of(socket.copyFor("http"), second.copyFor("http-2"));
            assign(Parent.MASTER, copies.toArray(InheritedListener[]::new));
            HttpServer adopted = server.http(socket.port(), "adopted");
            gate.open();
            AdoptedServer.await(adopted.close());
            for (InheritedListener copy : copies) {
                await().until(() -> Posix.system().socketKind(copy.descriptor()).isEmpty());
            }
            assertThat(Posix.system().socketKind(socket.descriptor())).isPresent();
            Client.to(socket.endpoint()).close();
        }
    }

    @Test
    void vertxFindsItAndLeavesAloneWhoInheritedNothing() {
        assertThat(ServiceLoader.load(Transport.class))
                .filteredOn(InheritedTransport.class::isInstance)
                .singleElement()
                .satisfies(found -> assertThat(found.isAvailable()).isFalse());
        assertThat(Epoll.isAvailable()).isTrue();
    }

    private void assign(Parent parent, InheritedListener... listeners) {
        gate.assign(Assignment.of(new Inheritance(parent, List.of(listeners)), UNUSED, UNUSED));
    }
}
