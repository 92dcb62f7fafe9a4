package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownNamesTest {

    @TempDir
    Path directory;

    @Test
    void anUnknownKeyIsRefusedWithItsPlaceAndTheNearestKnownOne() {
        assertThatThrownBy(new Places(directory).property("prefork.workrs", "3")::load)
                .isInstanceOf(UsageException.class)
                .hasMessage("unknown key prefork.workrs (system property); did you mean prefork.workers?"
                        + " Correct or remove it");
        assertThatThrownBy(new Places(directory.resolve("a")).file("prefork.recover-treshold=3")::load)
                .hasMessageStartingWith("unknown key prefork.recover-treshold (config/application.properties);"
                        + " did you mean prefork.recover-threshold?");
        assertThatThrownBy(new Places(directory.resolve("b")).classPath("prefork.min.ready=3")::load)
                .hasMessageStartingWith(
                        "unknown key prefork.min.ready (application.properties);" + " did you mean prefork.min-ready?");
    }

    @Test
    void onlyASettingIsSuggested() {
        assertThatThrownBy(new Places(directory).property("prefork.demos", "1")::load)
                .hasMessage("unknown key prefork.demos (system property); correct or remove it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "prefork.no-such-key",
                "prefork.workers[0]",
                "prefork.listen[x]",
                "prefork.listen[0].name",
                "prefork.listen0",
                "prefork.",
                "%prod.prefork.workrs",
                "%dev,test.prefork.workrs"
            })
    void aKeyWithoutAFeatureBehindItIsUnknown(String key) {
        assertThatThrownBy(new Places(directory).property(key, "1")::load)
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("unknown key prefork.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"prefork.demo", "%prod.prefork.demo", "preforked.x", "prefork", "quarkus.prefork.x"})
    void keysThatAreKnownOrNotOursAreLeftAlone(String key) {
        assertThat(new Places(directory).property(key, "1").load().get(Options.WORKERS))
                .isEmpty();
    }

    @Test
    void anUnknownVariableIsAWarningWithTheNearestKnownOne() {
        Settings settings = new Places(directory)
                .variable("PREFORK_WORKRS", "3")
                .variable("PREFORK_DRAIN", "x")
                .variable("PREFORK_WORKERS", "2")
                .load();

        assertThat(settings.get(Options.WORKERS)).hasValue(2);
        assertThat(settings.warnings())
                .hasSize(2)
                .contains("unknown variable PREFORK_WORKRS has no effect; did you mean PREFORK_WORKERS?");
    }

    @ParameterizedTest
    @CsvSource({
        "PREFORK_CHILD, 1",
        "PREFORK_SLOT, 0",
        "PREFORK_GENERATION, 0",
        "PREFORK_LEADER, prefork/1/leader/0",
        "PREFORK_LIFELINE, 5",
        "PREFORK_TAKEOVER, 6",
        "PREFORK_CPU_REQUEST, 1500",
        "PREFORK_CPU_REQUEST, 1500m",
        "PREFORK_CPU_REQUEST, 0",
        "PREFORK_GUARD, 7",
        "PREFORK_MASTER_PID, 1",
        "PREFORK_DEMO, true",
        "PREFORK, x",
        "PREFORKED_WORKERS, x"
    })
    void variablesThatAreKnownOrNotOursGetNoWarning(String name, String value) {
        assertThat(new Places(directory).variable(name, value).load().warnings())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "many", "-1", "2 cores"})
    void aCpuRequestThatIsNoNumberOfMillicoresIsAWarning(String value) {
        assertThat(new Places(directory)
                        .variable("PREFORK_CPU_REQUEST", value)
                        .load()
                        .warnings())
                .containsExactly(
                        "PREFORK_CPU_REQUEST=" + value + " is not a number of millicores and is ignored; set it"
                                + " to such as 1500, or from the resource field requests.cpu with the divisor 1m");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PREFORK_SERVICE_HOST",
                "PREFORK_SERVICE_PORT",
                "PREFORK_SERVICE_PORT_HTTP",
                "PREFORK_PORT",
                "PREFORK_PORT_8080_TCP",
                "PREFORK_PORT_8080_TCP_PROTO",
                "PREFORK_PORT_8080_TCP_PORT",
                "PREFORK_PORT_8080_TCP_ADDR",
                "PREFORK_BLUE_SERVICE_HOST",
                "PREFORK_BLUE_PORT_53_UDP_ADDR"
            })
    void whatKubernetesSetsForAServiceOfOurNameGetsNoWarning(String name) {
        assertThat(new Places(directory)
                        .variable(name, "tcp://10.0.0.1:8080")
                        .load()
                        .warnings())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PREFORK_PORTS", "PREFORK_PORT_X", "PREFORK_LISTEN_0", "PREFORK_WORKERS_0_", "PREFORK_"})
    void whatOnlyLooksLikeAKnownVariableGetsAWarning(String name) {
        assertThat(new Places(directory).variable(name, "1").load().warnings())
                .singleElement()
                .asString()
                .startsWith("unknown variable " + name + " has no effect");
    }
}
