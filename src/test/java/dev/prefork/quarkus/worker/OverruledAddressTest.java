package dev.prefork.quarkus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.handoff.Inheritance;
import dev.prefork.handoff.Inheritance.Parent;
import dev.prefork.handoff.InheritedListener;
import dev.prefork.os.Endpoint;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OverruledAddressTest {
    private static final Map<String, String> FIRST = Map.of("PREFORK_SLOT", "0", "PREFORK_GENERATION", "1");

    /** What a worker with these settings says, by a configuration as Quarkus makes it: with defaults of the lowest rank. */
    private static String said(Map<String, String> settings, Assignment assignment, Map<String, String> environment) {
        Map<String, String> said = new HashMap<>();
        ConfigSourceFactory factory = context -> {
            said.putAll(OverruledAddress.settings(context, assignment, environment));
            return List.of();
        };
        new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(settings, "application.properties", 250))
                .withDefaultValue("quarkus.http.port", "8080")
                .withDefaultValue("quarkus.http.host", "localhost")
                .withSources(factory)
                .build();
        return said.getOrDefault(OverruledAddress.KEY, "");
    }

    private static Assignment listener(Parent parent, int port) {
        try {
            Endpoint endpoint = new Endpoint.Inet(InetAddress.getByName("0.0.0.0"), port);
            return Assignment.of(
                    new Inheritance(parent, List.of(new InheritedListener("http", 3, endpoint))), 8080, 8443);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anotherPortIsNamedWithWhatToDo() {
        assertThat(said(Map.of("quarkus.http.port", "8081"), listener(Parent.MASTER, 8080), FIRST))
                .isEqualTo("quarkus.http.port=8081 has no effect in a worker: the master listens on 0.0.0.0:8080;"
                        + " give it --listen 0.0.0.0:8081");
    }

    @Test
    void soIsAnotherHost() {
        assertThat(said(
                        Map.of("quarkus.http.port", "8081", "quarkus.http.host", "127.0.0.1"),
                        listener(Parent.MASTER, 8080),
                        FIRST))
                .startsWith("quarkus.http.port=8081 and quarkus.http.host=127.0.0.1 have no effect in a worker")
                .endsWith("--listen 127.0.0.1:8081");
    }

    @Test
    void quarkusOwnDefaultsAreNotTheUsers() {
        assertThat(said(Map.of(), listener(Parent.MASTER, 8080), FIRST)).isEmpty();
    }

    @Test
    void theSameAddressAndAnyPortAreFine() {
        assertThat(said(
                        Map.of("quarkus.http.port", "8080", "quarkus.http.host", "0.0.0.0"),
                        listener(Parent.MASTER, 8080),
                        FIRST))
                .isEmpty();
        assertThat(said(Map.of("quarkus.http.port", "0"), listener(Parent.MASTER, 8080), FIRST))
                .isEmpty();
    }

    @Test
    void aMasterThatWasToldWhereToListenIsRight() {
        assertThat(said(Map.of("quarkus.http.port", "8081"), listener(Parent.MASTER, 9090), FIRST))
                .isEmpty();
    }

    @Test
    void itIsSaidOnceAndBelowAMasterOnly() {
        Map<String, String> settings = Map.of("quarkus.http.port", "8081");

        assertThat(said(settings, listener(Parent.OTHER, 8080), FIRST)).isEmpty();
        assertThat(said(
                        settings,
                        listener(Parent.MASTER, 8080),
                        Map.of("PREFORK_SLOT", "1", "PREFORK_GENERATION", "1")))
                .isEmpty();
        assertThat(said(
                        settings,
                        listener(Parent.MASTER, 8080),
                        Map.of("PREFORK_SLOT", "0", "PREFORK_GENERATION", "2")))
                .isEmpty();
    }
}
