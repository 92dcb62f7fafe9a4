package dev.prefork.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.listen.Listener;
import dev.prefork.os.Endpoint;
import dev.prefork.os.SpawnRequest.Descriptor;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandoffTest {
    private static final Identity WORKER = new Identity(4, 3);

    private final Listener http = new Listener("http", inet("0.0.0.0", 8080), List.of(256), false);
    private final Listener admin = new Listener("admin", inet("::1", 9090), List.of(257, 258), false);
    private final Listener path = new Listener("path", new Endpoint.Unix("/run/x.sock"), List.of(259), true);
    private final List<Listener> all = List.of(http, admin, path);

    @Test
    void descriptorsBeginAtThreeInTheListenersOrder() {
        assertThat(new Handoff(all, Set.of()).descriptors(0))
                .containsExactly(new Descriptor(256, 3), new Descriptor(257, 4), new Descriptor(259, 5));
    }

    @Test
    void eachSlotGetsItsOwnSocketWhereThereIsOne() {
        assertThat(new Handoff(all, Set.of()).descriptors(1))
                .containsExactly(new Descriptor(256, 3), new Descriptor(258, 4), new Descriptor(259, 5));
    }

    @Test
    void theStdinDialectRepeatsTheFirstListenerAsZero() {
        assertThat(new Handoff(List.of(admin), Set.of(Dialect.STDIN)).descriptors(1))
                .containsExactly(new Descriptor(258, 3), new Descriptor(258, 0));
    }

    @Test
    void withoutListenersThereIsNothingToHandOver() {
        Handoff none = new Handoff(List.of(), EnumSet.allOf(Dialect.class));
        assertThat(none.descriptors(0)).isEmpty();
        assertThat(none.firstFree()).isEqualTo(3);
        assertThat(none.environment(WORKER)).isEmpty();
    }

    @Test
    void theFirstFreeDescriptorFollowsTheListeners() {
        assertThat(new Handoff(all, Set.of(Dialect.STDIN)).firstFree()).isEqualTo(6);
    }

    @Test
    void systemdsVariablesAreAlwaysThere() {
        assertThat(new Handoff(all, Set.of()).environment(WORKER))
                .containsExactlyInAnyOrderEntriesOf(Map.of("LISTEN_FDS", "3", "LISTEN_FDNAMES", "http:admin:path"));
    }

    @Test
    void everyDialectSpeaksItsOwnWay() {
        assertThat(new Handoff(all, EnumSet.allOf(Dialect.class)).environment(WORKER))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "LISTEN_FDS", "3",
                        "LISTEN_FDNAMES", "http:admin:path",
                        "SERVER_STARTER_PORT", "0.0.0.0:8080=3;[::1]:9090=4;/run/x.sock=5",
                        "SERVER_STARTER_GENERATION", "3",
                        "EINHORN_FD_COUNT", "3",
                        "EINHORN_FD_0", "3",
                        "EINHORN_FD_1", "4",
                        "EINHORN_FD_2", "5",
                        "NGINX", "3;4;5;"));
    }

    @Test
    void everythingAHandoffSetsIsOwned() {
        assertThat(new Handoff(all, EnumSet.allOf(Dialect.class))
                        .environment(WORKER)
                        .keySet())
                .allMatch(Handoff::owns);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"LISTEN_PID", "LISTEN_PIDFDID", "EINHORN_FD_17", "EINHORN_FDS", "SERVER_STARTER_GENERATION"})
    void variablesOfTheDialectsAreOwnedEvenIfNotSet(String variable) {
        assertThat(Handoff.owns(variable)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PATH", "LISTEN_ADDR", "NGINX_PORT", "EINHORN", "LISTEN", "listen_fds", "PREFORK_LISTEN"})
    void aUsersVariablesAreNot(String variable) {
        assertThat(Handoff.owns(variable)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"server-starter, SERVER_STARTER", "einhorn, EINHORN", "nginx, NGINX", "' stdin ', STDIN"})
    void dialectsAreKnownByTheirLabels(String label, Dialect dialect) {
        assertThat(Dialect.parse(label)).isEqualTo(dialect);
        assertThat(dialect).hasToString(label.strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "systemd", "NGINX", "server_starter"})
    void anUnknownDialectIsAnsweredWithTheKnownOnes(String label) {
        assertThatThrownBy(() -> Dialect.parse(label))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown dialect '" + label + "': use server-starter, einhorn, nginx, stdin");
    }

    private static Endpoint inet(String address, int port) {
        try {
            return new Endpoint.Inet(InetAddress.getByName(address), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
