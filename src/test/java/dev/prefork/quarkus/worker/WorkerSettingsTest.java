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
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerSettingsTest {
    private final List<InheritedListener> listeners = new ArrayList<>();

    @Test
    void theConfigurationTellsWhereThePlainListenerReallyIs() {
        tcp("http", "127.0.0.1", 18080);
        assertThat(facts(Parent.OTHER))
                .containsEntry("quarkus.http.host", "127.0.0.1")
                .containsEntry("quarkus.http.port", "18080")
                .containsEntry("quarkus.vertx.prefer-native-transport", "true")
                .doesNotContainKey("quarkus.http.ssl-port");
    }

    @Test
    void theTlsListenerHasItsOwnPort() {
        tcp("http", "127.0.0.1", 18080);
        tcp("https", "127.0.0.1", 18443);
        assertThat(facts(Parent.MASTER))
                .containsEntry("quarkus.http.port", "18080")
                .containsEntry("quarkus.http.ssl-port", "18443");
    }

    @Test
    void theOneHostIsThePlainListenersWhenThereAreTwo() {
        tcp("https", "::1", 18443);
        tcp("http", "127.0.0.1", 18080);
        assertThat(facts(Parent.OTHER)).containsEntry("quarkus.http.host", "127.0.0.1");
    }

    @Test
    void withTlsAloneThePlainPortStaysTheUsers() {
        tcp("https", "::1", 18443);
        assertThat(facts(Parent.OTHER))
                .containsEntry("quarkus.http.host", "::1")
                .containsEntry("quarkus.http.ssl-port", "18443")
                .doesNotContainKey("quarkus.http.port");
    }

    @Test
    void aUnixListenerIsKnownByTheConfiguredPort() {
        listeners.add(new InheritedListener("http", 3, new Endpoint.Unix("/run/app.sock")));
        assertThat(facts(Parent.OTHER))
                .containsEntry("quarkus.http.port", "8080")
                .doesNotContainKey("quarkus.http.host");
    }

    @Test
    void onlyAMastersWorkerGivesUpTheManagementInterface() {
        assertThat(facts(Parent.MASTER)).containsEntry("quarkus.management.host-enabled", "false");
        assertThat(facts(Parent.OTHER)).doesNotContainKey("quarkus.management.host-enabled");
    }

    @Test
    void aWorkerWithoutListenersHasNoTransportToPrefer() {
        assertThat(facts(Parent.MASTER)).containsOnlyKeys("quarkus.management.host-enabled");
    }

    @Test
    void theTestPortIsLeftAlone() {
        tcp("http", "127.0.0.1", 18080);
        assertThat(facts(Parent.MASTER)).doesNotContainKeys("quarkus.http.test-port", "quarkus.http.test-ssl-port");
    }

    @Test
    void requestsInFlightAreWaitedForByDefault() {
        assertThat(defaults(Parent.OTHER, Map.of())).containsOnlyKeys("quarkus.shutdown.timeout");
        assertThat(defaults(Parent.OTHER, Map.of("PREFORK_SHUTDOWN_GRACE_PERIOD", "10s")))
                .containsEntry("quarkus.shutdown.timeout", "PT9S");
    }

    @Test
    void aMastersWorkerIsQuietAndSaysWhoItIsOnEveryLine() {
        Map<String, String> defaults = defaults(Parent.MASTER, Map.of("PREFORK_SLOT", "2"));
        assertThat(defaults)
                .containsEntry("quarkus.banner.enabled", "false")
                .containsEntry("quarkus.log.category.\"io.quarkus\".level", "WARN")
                .containsEntry(
                        "worker.label",
                        "worker 2 (pid " + ProcessHandle.current().pid() + ") ");
        assertThat(defaults.get("quarkus.log.console.format")).contains("${worker.label:}");
    }

    private Map<String, String> facts(Parent parent) {
        Inheritance inheritance = new Inheritance(parent, listeners);
        return WorkerSettings.facts(inheritance, Assignment.of(inheritance, 8080, 8443));
    }

    private static Map<String, String> defaults(Parent parent, Map<String, String> environment) {
        return WorkerSettings.defaults(new Inheritance(parent, List.of()), environment);
    }

    private void tcp(String name, String host, int port) {
        try {
            Endpoint endpoint = new Endpoint.Inet(InetAddress.getByName(host), port);
            listeners.add(new InheritedListener(name, 3 + listeners.size(), endpoint));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
