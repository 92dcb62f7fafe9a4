package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A master from an application's own jar. */
class OwnApplicationTest {
    @TempDir
    Path directory;

    private Places jarOf(String name) {
        return new Places(directory)
                .built("quarkus.application.name", name)
                .built("quarkus.management.enabled", "true");
    }

    private static String listen(Settings settings) {
        return settings.text(Options.LISTEN);
    }

    @Test
    void theMastersProfileComesAfterTheApplications() {
        assertThat(jarOf("shop").load().application().orElseThrow())
                .isEqualTo(new OwnApplication("shop", List.of("prod", "prefork-master")));
        assertThat(jarOf("shop")
                        .variable("QUARKUS_PROFILE", "staging,eu")
                        .load()
                        .application()
                        .orElseThrow()
                        .profiles())
                .containsExactly("staging", "eu", "prefork-master");
    }

    @Test
    void itsSettingsOutweighThoseOfTheOtherProfiles() {
        Places places = jarOf("shop")
                .classPath("prefork.workers=1\n%prod.prefork.workers=2\n%prefork-master.prefork.workers=3\n"
                        + "%prod.prefork.min-ready=2\nquarkus.management.port=1\n"
                        + "%prefork-master.quarkus.management.port=2\n");
        Settings settings = places.load();

        assertThat(settings.text(Options.WORKERS)).isEqualTo("3");
        assertThat(settings.text(Options.MIN_READY)).isEqualTo("2");
        assertThat(settings.management().orElseThrow().port()).isEqualTo(2);
    }

    @Test
    void ourOwnJarHasNoSuchProfile() {
        Places places = jarOf("prefork")
                .classPath("prefork.workers=1\n%prefork-master.prefork.workers=3\nquarkus.http.port=1234\n");

        assertThat(places.load().application()).isEmpty();
        assertThat(places.load().text(Options.WORKERS)).isEqualTo("1");
        assertThat(listen(places.load())).isEqualTo("http=tcp4://0.0.0.0:8080");
    }

    @ParameterizedTest
    @CsvSource({"prod, ''", "prod, staging", "staging, staging"})
    void whatTheBuildHasForAProfileAloneCounts(String recorded, String active) {
        Places places = new Places(directory)
                .built("quarkus.application.name", "shop")
                .built("%" + recorded + ".quarkus.management.enabled", "true")
                .built("%" + recorded + ".quarkus.management.root-path", "/manage");
        if (!active.isEmpty()) {
            places.variable("QUARKUS_PROFILE", active);
        }

        assertThat(places.load().application()).isPresent();
        assertThat(ManagementAddress.rootPath(places.sources())).isEqualTo("/manage");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop", "prefork"})
    void withoutAManagementInterfaceThereIsNoMaster(String name) {
        Places places = new Places(directory)
                .built("quarkus.application.name", name)
                .built("quarkus.management.enabled", "false")
                .property("quarkus.management.enabled", "true");

        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(places::load)
                .withMessageStartingWith(
                        "the application " + name + " was built without quarkus.management.enabled=true")
                .withMessageNotContaining("\n");
        assertThatExceptionOfType(UsageException.class).isThrownBy(() -> new Places(directory)
                .built("quarkus.application.name", name)
                .load());
    }

    @ParameterizedTest
    @CsvSource({
        "quarkus.http.port=8081,                            http=tcp4://0.0.0.0:8081",
        "quarkus.http.port=0,                               http=tcp4://0.0.0.0:0",
        "quarkus.http.host=127.0.0.1,                       http=tcp://127.0.0.1:8080",
        "quarkus.http.host=::1,                             http=tcp://[::1]:8080",
        "%prod.quarkus.http.port=8082,                      http=tcp4://0.0.0.0:8082",
        "%dev.quarkus.http.port=8083,                       http=tcp4://0.0.0.0:8080",
        "quarkus.http.test-port=8084,                       http=tcp4://0.0.0.0:8080",
    })
    void whereItsSettingsSayThatItListensTheMasterDoes(String line, String listener) {
        assertThat(listen(jarOf("shop").classPath(line).load())).isEqualTo(listener);
    }

    @Test
    void aVariableCountsToo() {
        Settings settings = jarOf("shop")
                .classPath("quarkus.http.port=8081")
                .variable("QUARKUS_HTTP_PORT", "8085")
                .load();

        assertThat(listen(settings)).isEqualTo("http=tcp4://0.0.0.0:8085");
        assertThat(settings.origin(Options.LISTEN).name()).isEqualTo("QUARKUS_HTTP_PORT");
    }

    @Test
    void ourOwnOptionAndInheritedSocketsOutweighThem() {
        Places places = jarOf("shop").classPath("quarkus.http.port=8081\nquarkus.http.ssl-port=8444");

        assertThat(listen(places.option(Options.LISTEN, "9090").load())).contains(":9090");
        assertThat(places.load().warnings()).isEmpty();
        assertThat(jarOf("shop")
                        .classPath("quarkus.http.port=8081")
                        .variable("LISTEN_FDS", "1")
                        .load()
                        .isGiven(Options.LISTEN))
                .isFalse();
    }

    @Test
    void theyAreNotForAnotherCommand() {
        Settings settings = jarOf("shop").classPath("quarkus.http.port=8081").load("python3", "app.py");

        assertThat(settings.isGiven(Options.LISTEN)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "70000", "-1"})
    void aPortThatIsNoneIsRefusedUnderItsName(String port) {
        Places places = jarOf("shop").variable("QUARKUS_HTTP_PORT", port);

        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(places::load)
                .withMessageStartingWith("QUARKUS_HTTP_PORT=" + port + ": not a port");
    }

    @Test
    void aTlsPortWithoutAListenerIsNamed() {
        assertThat(jarOf("shop")
                        .property("quarkus.http.ssl-port", "8444")
                        .load()
                        .warnings())
                .singleElement()
                .asString()
                .startsWith("quarkus.http.ssl-port=8444 (system property) has no effect in a master")
                .contains("https=8444");
    }
}
