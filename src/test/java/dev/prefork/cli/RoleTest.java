package dev.prefork.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who this process is, by the mark in its environment and by what it is asked to do. */
class RoleTest {
    private static final Map<String, String> MARKED = Map.of("PREFORK_CHILD", "1");

    @ParameterizedTest
    @ValueSource(strings = {"", "run", "--workers 2", "run --listen check", "--reuse-port"})
    void aWorkerHasTheMarkAndItsMastersArguments(String arguments) {
        assertThat(Main.isWorker(MARKED, arguments.split(" "))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "check",
                "explain --workers 2",
                "health",
                "health live",
                "version",
                "help",
                "--help",
                "-h",
                "--version",
                "-- node server.js",
                "run -- sh"
            })
    void whoeverIsAskedForSomethingElseHasOnlyInheritedTheMark(String arguments) {
        assertThat(Main.isWorker(MARKED, arguments.split(" "))).isFalse();
    }

    @Test
    void withoutTheMarkNobodyIsAWorker() {
        assertThat(Main.isWorker(Map.of())).isFalse();
        assertThat(Main.isWorker(Map.of("PREFORK_CHILD", "0"), "run")).isFalse();
    }
}
