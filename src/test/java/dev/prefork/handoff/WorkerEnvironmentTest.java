package dev.prefork.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerEnvironmentTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PREFORK_ADMIN_TOKEN",
                "prefork_admin_token",
                "prefork.admin-token",
                "_PROD_PREFORK_ADMIN_TOKEN",
                "%prod.prefork.admin-token"
            })
    void theAdminTokenIsForTheMasterAloneHoweverItIsWritten(String name) {
        assertThat(WorkerEnvironment.of(Map.of(name, "secret", "HOME", "/"), Map.of("A", "b")))
                .containsExactlyInAnyOrder("HOME=/", "A=b");
    }

    @Test
    void whereItsFileIsIsNoSecret() {
        assertThat(WorkerEnvironment.of(Map.of("PREFORK_ADMIN_TOKEN_FILE", "/run/token"), Map.of()))
                .containsExactly("PREFORK_ADMIN_TOKEN_FILE=/run/token");
    }
}
