package dev.prefork.quarkus.master.early;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.app.RunningMaster;
import dev.prefork.quarkus.master.IdleMaster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Of a master none of whose workers is ready. */
class EarlyHealthTest {
    private final IdleMaster idle = new IdleMaster();
    private final RunningMaster running = idle.publish();

    @AfterEach
    void retire() {
        RunningMaster.retire(running);
        idle.close();
    }

    private EarlyAnswer ask(String method, String path) {
        return new EarlyHealth(running, "/q").answer(new EarlyRequest(method, path));
    }

    @ParameterizedTest
    @CsvSource({
        "/q/health/live, 200 OK, prefork-loop",
        "/q/health/ready, 503 Service Unavailable, prefork-workers",
        "/q/health/started, 503 Service Unavailable, prefork-first-generation",
        "/q/health/well, 503 Service Unavailable, prefork-strength",
        "/q/health, 503 Service Unavailable, prefork-first-generation"
    })
    void eachProbeIsToldTheTruth(String path, String status, String check) {
        EarlyAnswer answer = ask("GET", path);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers()).contains("application/json; charset=UTF-8", "no-store");
        assertThat(answer.body()).contains("\"name\": \"" + check + "\"", "\"workers-desired\": 2");
        assertThat(new String(answer.bytes(true))).endsWith("\r\n\r\n").startsWith("HTTP/1.1 " + status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/metrics", "/", "/q", "/health/live", "/q/health/group/x", "/prefork/status"})
    void whatOnlyQuarkusKnowsIsAskedAgainLater(String path) {
        EarlyAnswer answer = ask("GET", path);

        assertThat(answer.status()).isEqualTo("503 Service Unavailable");
        assertThat(answer.headers()).contains("retry-after: 1");
    }

    @Test
    void nothingIsChangedHere() {
        assertThat(ask("POST", "/q/health/live").status()).startsWith("503");
    }

    @Test
    void theVeryRootMayBeTheirPlace() {
        EarlyHealth health = new EarlyHealth(running, "");

        assertThat(health.answer(new EarlyRequest("GET", "/health/live")).status())
                .startsWith("200");
        assertThat(health.answer(new EarlyRequest("GET", "/q/health/live")).status())
                .startsWith("503");
    }

    @Test
    void anErrorInAnAnswerIsTheMastersEnd() {
        idle.stalled = () -> {
            throw new StackOverflowError("deep");
        };

        assertThatThrownBy(() -> ask("GET", "/q/health/well")).isInstanceOf(StackOverflowError.class);
        assertThat(running.master().errors().first()).isPresent();
        assertThat(ask("GET", "/q/health/live").status()).startsWith("503");
    }
}
