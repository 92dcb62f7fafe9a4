package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.listen.ListenSpec;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigProviderResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsPrecedenceTest {

    @TempDir
    Path directory;

    @Test
    void aStrongerPlaceOutweighsAWeakerOne() {
        Places places = new Places(directory);
        assertThat(workers(places)).isEqualTo("auto");
        assertThat(workers(places.classPath("prefork.workers=1"))).isEqualTo("1");
        assertThat(workers(places.file("prefork.workers=2"))).isEqualTo("2");
        assertThat(workers(places.variable("PREFORK_WORKERS", "3"))).isEqualTo("3");
        assertThat(workers(places.property("prefork.workers", "4"))).isEqualTo("4");
        assertThat(workers(places.option(Options.WORKERS, "5"))).isEqualTo("5");
    }

    @Test
    void settingsFromDifferentPlacesComeTogether() {
        Settings settings = new Places(directory)
                .file("prefork.backlog=7\nprefork.min-ready=2\n")
                .variable("PREFORK_MIN_READY", "3")
                .option(Options.WORKERS, "4")
                .load();

        assertThat(settings.get(Options.BACKLOG)).isEqualTo(7);
        assertThat(settings.get(Options.MIN_READY)).isEqualTo(3);
        assertThat(settings.get(Options.WORKERS)).hasValue(4);
    }

    @Test
    void aListFromAStrongerPlaceReplacesTheWeakerListWhole() {
        Settings settings = new Places(directory)
                .file("prefork.listen=a=tcp4://127.0.0.1:1,b=tcp4://127.0.0.1:2")
                .option(Options.LISTEN, "c=tcp4://127.0.0.1:3")
                .load();

        assertThat(settings.get(Options.LISTEN)).isEqualTo(ListenSpec.parseList(List.of("c=tcp4://127.0.0.1:3")));
    }

    @Test
    void aRepeatedOptionIsAListAsIsOneWithCommas() {
        List<ListenSpec> both = ListenSpec.parseList(List.of("a=tcp4://127.0.0.1:1", "b=tcp4://127.0.0.1:2"));

        assertThat(new Places(directory)
                        .option(Options.LISTEN, "a=tcp4://127.0.0.1:1", "b=tcp4://127.0.0.1:2")
                        .load()
                        .get(Options.LISTEN))
                .isEqualTo(both);
        assertThat(new Places(directory)
                        .option(Options.LISTEN, "a=tcp4://127.0.0.1:1,b=tcp4://127.0.0.1:2")
                        .load()
                        .get(Options.LISTEN))
                .isEqualTo(both);
    }

    @Test
    void theElementsOfAListMayBeGivenOneByOne() {
        List<ListenSpec> both = ListenSpec.parseList(List.of("a=tcp4://127.0.0.1:1", "b=tcp4://127.0.0.1:2"));

        assertThat(new Places(directory)
                        .file("prefork.listen[1]=b=tcp4://127.0.0.1:2\nprefork.listen[0]=a=tcp4://127.0.0.1:1\n")
                        .load()
                        .get(Options.LISTEN))
                .isEqualTo(both);
        assertThat(new Places(directory.resolve("other"))
                        .variable("PREFORK_LISTEN_0_", "a=tcp4://127.0.0.1:1")
                        .variable("PREFORK_LISTEN_1_", "b=tcp4://127.0.0.1:2")
                        .load())
                .satisfies(settings -> assertThat(settings.get(Options.LISTEN)).isEqualTo(both))
                .satisfies(settings -> assertThat(settings.warnings()).isEmpty());
    }

    @Test
    void ofAWholeListAndItsElementsTheStrongerPlaceWins() {
        Places places = new Places(directory)
                .file("prefork.listen[0]=a=tcp4://127.0.0.1:1\n")
                .variable("PREFORK_LISTEN", "b=tcp4://127.0.0.1:2");
        assertThat(places.load().text(Options.LISTEN)).isEqualTo("b=tcp4://127.0.0.1:2");

        places.property("prefork.listen[0]", "c=tcp4://127.0.0.1:3");
        assertThat(places.load().text(Options.LISTEN)).isEqualTo("c=tcp4://127.0.0.1:3");
    }

    @Test
    void theActiveProfileOutweighsNoProfileInTheSamePlace() {
        Places places =
                new Places(directory).file("prefork.workers=2\n%prod.prefork.workers=3\n%blue.prefork.workers=4\n");

        assertThat(workers(places)).isEqualTo("3");
        assertThat(workers(places.property("quarkus.profile", "blue"))).isEqualTo("4");
        assertThat(workers(places.variable("PREFORK_WORKERS", "5"))).isEqualTo("5");
    }

    @Test
    void anExpressionIsExpanded() {
        assertThat(workers(new Places(directory)
                        .file("prefork.workers=${POD_CORES:1}")
                        .variable("POD_CORES", "6")))
                .isEqualTo("6");
    }

    @Test
    void anExpressionThatNamesNothingIsRefused() {
        Places places = new Places(directory).file("prefork.workers=${POD_CORES}");

        assertThatThrownBy(places::load)
                .isInstanceOf(UsageException.class)
                .hasMessage("prefork.workers=${POD_CORES} (config/application.properties): this refers to a value"
                        + " that is not set; set it, or give it a default as in ${NAME:default}");
    }

    @Test
    void aVariableOfAWorkerIsNotShownThoughItsExpressionNamesNothing() {
        Places places = new Places(directory).variable("PREFORK_ENV", "PASSWORD=pa${ss}word");

        assertThatThrownBy(places::load)
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("PREFORK_ENV: this refers to a value that is not set");
    }

    @Test
    void anExpressionThatRefersToItselfIsRefused() {
        Places places = new Places(directory).file("prefork.workers=${prefork.workers}");

        assertThatThrownBy(places::load)
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("prefork.workers cannot be read: ")
                .hasMessageEndingWith("; correct what it refers to")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aFileThatIsNoPropertiesFileIsRefusedByItsName() {
        Places places = new Places(directory).file("prefork.workers=\\uZZZZ");

        assertThatThrownBy(places::load)
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("config/application.properties cannot be read: ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void readingTheSettingsRegistersNoConfigurationThatQuarkusWouldFind() {
        new Places(directory).variable("PREFORK_WORKERS", "3").load();

        ConfigProviderResolver resolver = ConfigProviderResolver.instance();
        Config registered = resolver.getConfig();
        try {
            assertThat(registered.getOptionalValue("prefork.workers", String.class))
                    .isEmpty();
        } finally {
            resolver.releaseConfig(registered);
        }
    }

    @Test
    void thisProcessHasSourcesToo() {
        assertThat(SettingSources.ofThisProcess().environment()).isEqualTo(System.getenv());
    }

    private static String workers(Places places) {
        return places.load().text(Options.WORKERS);
    }
}
