package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainManagementTest {
    @TempDir
    Path directory;

    private Optional<PlainManagement> read(Places places) {
        return PlainManagement.of(places.sources());
    }

    @Test
    void byDefaultItIs() {
        assertThat(read(new Places(directory))).contains(new PlainManagement("0.0.0.0", 9000, "/q"));
    }

    @Test
    void anotherAddressChangesNothingElse() {
        Places places = new Places(directory)
                .variable("QUARKUS_MANAGEMENT_PORT", "0")
                .property("quarkus.management.host", "::1")
                .property("quarkus.tls.https.key-store.pem.0.cert", "of the workers")
                .variable("QUARKUS_MANAGEMENT_LIMITS_MAX_CONNECTIONS", "20")
                .classPath("quarkus.management.root-path=/");

        assertThat(read(places)).contains(new PlainManagement("::1", 0, "/".substring(1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quarkus.management.ssl.certificate.files",
                "quarkus.management.tls-configuration-name",
                "quarkus.management.proxy.use-proxy-protocol",
                "quarkus.management.domain-socket-enabled",
                "quarkus.management.host-enabled",
                "quarkus.management.header.\"X\".value",
                "quarkus.tls.key-store.pem.0.cert",
                "quarkus.log.level",
                "quarkus.log.console.format",
                "quarkus.smallrye-health.root-path"
            })
    void whatQuarkusDoesInAnotherWayIsQuarkus(String key) {
        assertThat(read(new Places(directory).property(key, "x"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"QUARKUS_LOG_LEVEL,DEBUG", "QUARKUS_MANAGEMENT_SSL_CERTIFICATE_FILES,x"})
    void variablesCountAsWell(String name, String value) {
        assertThat(read(new Places(directory).variable(name, value))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"many", "70000", "-1", ""})
    void aPortThatIsNoneIsForQuarkusToRefuse(String port) {
        assertThat(read(new Places(directory).property("quarkus.management.port", port)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"quarkus.management.enabled=false", "quarkus.management.auth.enabled=true"})
    void whatTheBuildDecidedCounts(String line) {
        assertThat(read(new Places(directory).classPath(line))).isEmpty();
    }

    @Test
    void aHostThatIsUnknownIsSeenWhenItIsLookedUp() {
        PlainManagement place = new PlainManagement("no.such.host.invalid", 9000, "/q");

        assertThat(place.address().isUnresolved()).isTrue();
    }
}
