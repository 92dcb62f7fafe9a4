package dev.prefork.quarkus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WarmupTest {
    private static final Map<String, String> ASKED = Map.of("PREFORK_WARMUP", "/a,/b", "PREFORK_WARMUP_REQUESTS", "10");

    private final List<String> problems = new ArrayList<>();
    private final AcceptGate gate = new AcceptGate();

    @Test
    void itMayTakeHalfOfTheStartTimeout() {
        assertThat(Warmup.plan(Map.of("PREFORK_START_TIMEOUT", "40s")).atMost()).hasSeconds(20);
        assertThat(Warmup.plan(Map.of("PREFORK_START_TIMEOUT", "soon")).atMost())
                .hasSeconds(30);
    }

    /** What is left to it ends before the master's patience does, which began with the process. */
    @ParameterizedTest
    @CsvSource({"60, 0, 57000", "60, 35, 22000", "60, 57, 0", "60, 90, 0", "4, 1, 2000", "4, 4, 0"})
    void theBootTakesItsPartOfTheStartTimeout(long timeToStart, long age, long left) {
        assertThat(Warmup.left(Duration.ofSeconds(timeToStart), Duration.ofSeconds(age)))
                .hasMillis(left);
    }

    @Test
    void aServerThatOnlyRedirectsIsAskedLast() {
        assertThat(Warmup.order(Optional.empty())).containsExactly(ServerKind.PLAIN, ServerKind.TLS);
        assertThat(Warmup.order(Optional.of("enabled"))).startsWith(ServerKind.PLAIN);
        assertThat(Warmup.order(Optional.of("redirect"))).containsExactly(ServerKind.TLS, ServerKind.PLAIN);
        assertThat(Warmup.order(Optional.of("REDIRECT"))).startsWith(ServerKind.TLS);
    }

    @Test
    void whereNoServerCanBeAskedALineSaysSo() throws InterruptedException {
        new Warmup(gate, ASKED, problems::add).run();

        assertThat(problems)
                .singleElement()
                .asString()
                .startsWith("there is no warm-up: none of the application's HTTP servers has a listener")
                .contains("leave out --warmup");
    }

    @Test
    void aWorkerThatStopsHasNothingToSay() throws InterruptedException {
        gate.close();
        new Warmup(gate, ASKED, problems::add).run();

        assertThat(problems).isEmpty();
    }

    @Test
    void withoutAPathThereIsNothingToSay() throws InterruptedException {
        new Warmup(gate, Map.of(), problems::add).run();

        assertThat(problems).isEmpty();
    }
}
