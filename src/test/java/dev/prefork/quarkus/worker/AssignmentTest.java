package dev.prefork.quarkus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.handoff.Inheritance;
import dev.prefork.handoff.Inheritance.Parent;
import dev.prefork.handoff.InheritedListener;
import dev.prefork.os.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AssignmentTest {
    private static final int PLAIN = 8080;
    private static final int TLS = 8443;

    private final List<InheritedListener> listeners = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"https", "https-internal", "https.socket"})
    void theseNamesAskForTheTlsServer(String name) {
        tcp(name, "127.0.0.1", PLAIN);
        assertThat(names(ServerKind.TLS)).containsExactly(name);
        assertThat(names(ServerKind.PLAIN)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "http-admin", "http.socket"})
    void theseNamesAskForThePlainServerWhateverThePort(String name) {
        tcp(name, "127.0.0.1", TLS);
        assertThat(names(ServerKind.PLAIN)).containsExactly(name);
        assertThat(names(ServerKind.TLS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "connection", "shop.socket", "", "httpsish", "HTTPS"})
    void otherNamesGoByTheBoundPort(String name) {
        tcp(name, "127.0.0.1", TLS);
        tcp(name, "127.0.0.1", PLAIN);
        tcp(name, "127.0.0.1", 9999);
        assertThat(ports(ServerKind.TLS)).containsExactly(TLS);
        assertThat(ports(ServerKind.PLAIN)).containsExactly(PLAIN, 9999);
    }

    @Test
    void aUnixListenerOfAnyOtherNameIsPlain() {
        unix("unknown", "/run/app.sock");
        assertThat(names(ServerKind.PLAIN)).containsExactly("unknown");
    }

    @Test
    void theServerIsKnownByItsFirstTcpListener() {
        unix("http-local", "/run/app.sock");
        tcp("http", "::1", 18080);
        tcp("http-2", "127.0.0.1", 18081);
        Assignment.Share share = assignment(Parent.MASTER).share(ServerKind.PLAIN);
        assertThat(share.port()).isEqualTo(18080);
        assertThat(share.host()).contains("::1");
        assertThat(share.listeners()).hasSize(3);
    }

    @Test
    void withoutATcpListenerItKeepsTheConfiguredPort() {
        unix("http", "/run/app.sock");
        Assignment.Share share = assignment(Parent.MASTER).share(ServerKind.PLAIN);
        assertThat(share.port()).isEqualTo(PLAIN);
        assertThat(share.host()).isEmpty();
    }

    @Test
    void aServerClaimsItsShareByPortAndHost() {
        tcp("http", "127.0.0.1", 18080);
        Assignment assignment = assignment(Parent.OTHER);
        assertThat(assignment.claimedBy(ServerKind.PLAIN, 18080, "127.0.0.1")).isPresent();
    }

    @Test
    void anotherPortHostOrKindIsAnotherServer() {
        tcp("http", "127.0.0.1", 18080);
        Assignment assignment = assignment(Parent.OTHER);
        assertThat(assignment.claimedBy(ServerKind.PLAIN, 9000, "127.0.0.1")).isEmpty();
        assertThat(assignment.claimedBy(ServerKind.PLAIN, 18080, "0.0.0.0")).isEmpty();
        assertThat(assignment.claimedBy(ServerKind.TLS, 18080, "127.0.0.1")).isEmpty();
    }

    @Test
    void aUnixShareIsClaimedWhateverTheHost() {
        unix("http", "/run/app.sock");
        assertThat(assignment(Parent.OTHER).claimedBy(ServerKind.PLAIN, PLAIN, "192.0.2.1"))
                .isPresent();
    }

    @Test
    void belowAMasterAServerWithoutListenersGetsNoneInsteadOfBinding() {
        tcp("http", "127.0.0.1", 18080);
        assertThat(assignment(Parent.MASTER).claimedBy(ServerKind.TLS, TLS, "127.0.0.1"))
                .hasValueSatisfying(share -> assertThat(share.isEmpty()).isTrue());
    }

    @Test
    void belowSystemdAServerWithoutListenersBindsItself() {
        tcp("http", "127.0.0.1", 18080);
        assertThat(assignment(Parent.OTHER).claimedBy(ServerKind.TLS, TLS, "127.0.0.1"))
                .isEmpty();
    }

    private List<String> names(ServerKind kind) {
        return assignment(Parent.MASTER).share(kind).listeners().stream()
                .map(InheritedListener::name)
                .toList();
    }

    private List<Integer> ports(ServerKind kind) {
        return assignment(Parent.MASTER).share(kind).listeners().stream()
                .map(listener -> ((Endpoint.Inet) listener.endpoint()).port())
                .toList();
    }

    private Assignment assignment(Parent parent) {
        return Assignment.of(new Inheritance(parent, listeners), PLAIN, TLS);
    }

    private void tcp(String name, String host, int port) {
        try {
            add(name, new Endpoint.Inet(InetAddress.getByName(host), port));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private void unix(String name, String path) {
        add(name, new Endpoint.Unix(path));
    }

    private void add(String name, Endpoint endpoint) {
        listeners.add(new InheritedListener(name, 3 + listeners.size(), endpoint));
    }
}
