package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManagementAddressTest {
    @TempDir
    Path directory;

    @Test
    void byDefaultItIsQuarkusOwnOnTheLoopback() {
        assertThat(read(new Places(directory)))
                .isEqualTo(new ManagementAddress(List.of("127.0.0.1"), 9000, "/q", false));
    }

    @Test
    void everyPlaceOfTheConfigurationIsLookedAt() {
        assertThat(read(new Places(directory).variable("QUARKUS_MANAGEMENT_PORT", "9100"))
                        .port())
                .isEqualTo(9100);
        assertThat(read(new Places(directory).property("quarkus.management.port", "9200"))
                        .port())
                .isEqualTo(9200);
        assertThat(read(new Places(directory).file("%prod.quarkus.management.port=${OWN_PORT:9300}"))
                        .port())
                .isEqualTo(9300);
        assertThat(read(new Places(directory).classPath("quarkus.management.root-path=/manage"))
                        .rootPath())
                .isEqualTo("/manage");
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0,127.0.0.1", "'',127.0.0.1", "10.1.2.3,10.1.2.3", "localhost,localhost", "::1,::1"})
    void whoeverBindsEveryAddressIsFoundOnTheLoopback(String bound, String asked) {
        assertThat(read(new Places(directory).property("quarkus.management.host", bound))
                        .hosts())
                .containsExactly(asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "0:0:0:0:0:0:0:0"})
    void everyAddressOfIpv6MayMeanBothLoopbacks(String bound) {
        assertThat(read(new Places(directory).property("quarkus.management.host", bound))
                        .hosts())
                .containsExactly("::1", "127.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({"/q,/q", "q,/q", "/q/,/q", "/,''", "/a/b/,/a/b"})
    void theRootPathIsWrittenInOneWay(String given, String path) {
        assertThat(read(new Places(directory).classPath("quarkus.management.root-path=" + given))
                        .rootPath())
                .isEqualTo(path);
    }

    /** The server that is asked would not follow it either. */
    @Test
    void theRootPathIsTheOneThatWasBuilt() {
        assertThat(read(new Places(directory)
                                .property("quarkus.management.root-path", "/a")
                                .variable("QUARKUS_MANAGEMENT_ROOT_PATH", "/b")
                                .file("quarkus.management.root-path=/c"))
                        .rootPath())
                .isEqualTo("/q");
    }

    @Test
    void aPathThatNobodyCouldAskForIsRefused() {
        Places places = new Places(directory).classPath("quarkus.management.root-path=/a b");
        assertThatThrownBy(() -> read(places))
                .isInstanceOf(UsageException.class)
                .hasMessage(
                        "quarkus.management.root-path=/a b (application.properties): a path may contain neither spaces nor"
                                + " non-ASCII characters; correct it and rebuild");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quarkus.management.tls-configuration-name",
                "quarkus.management.ssl.certificate.files",
                "quarkus.management.ssl.certificate.key-store-file",
                "quarkus.tls.key-store.pem.mine.cert",
            })
    void whateverMakesQuarkusSpeakTlsIsKnown(String key) {
        assertThat(read(new Places(directory).property(key, "x")).tls()).isTrue();
        assertThat(read(new Places(directory).file("%prod." + key + "=x")).tls())
                .isTrue();
        String variable = key.replaceAll("[^a-z]", "_").toUpperCase(java.util.Locale.ROOT);
        assertThat(read(new Places(directory.resolve("other")).variable(variable, "x"))
                        .tls())
                .isTrue();
    }

    @Test
    void anApplicationsOwnTlsIsNoneOfTheManagementInterface() {
        assertThat(read(new Places(directory)
                                .property("quarkus.http.ssl.certificate.files", "x")
                                .property("quarkus.management.ssl.client-auth", "none")
                                .property("quarkus.tls.other.key-store.pem.0.cert", "x"))
                        .tls())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "port|0|the master picks a port that only its log shows, so health cannot know it; set a fixed port",
                "port|65536|not a port; give a number from 1 to 65535",
                "port|-1|not a port; give a number from 1 to 65535",
                "port|http|not a port; give a number from 1 to 65535",
            })
    void whatCannotBeAskedIsRefusedWithItsOrigin(String key, String value, String problem) {
        Places places = new Places(directory).property("quarkus.management." + key, value);

        assertThatThrownBy(() -> read(places))
                .isInstanceOf(UsageException.class)
                .hasMessage("quarkus.management." + key + "=" + value + " (system property): " + problem);
    }

    private static ManagementAddress read(Places places) {
        return ManagementAddress.of(places.sources());
    }
}
