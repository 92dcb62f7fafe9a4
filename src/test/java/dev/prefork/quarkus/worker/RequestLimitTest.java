package dev.prefork.quarkus.worker;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestLimitTest {
    private final AtomicInteger asked = new AtomicInteger();

    private Optional<RequestLimit> limit(double chance, String requests, String jitter) {
        Map<String, String> environment = new HashMap<>(Map.of("PREFORK_CHILD", "1"));
        environment.put("PREFORK_MAX_REQUESTS", requests);
        environment.put("PREFORK_MAX_REQUESTS_JITTER", jitter);
        return RequestLimit.of(environment, () -> chance, asked::incrementAndGet);
    }

    private static void answer(RequestLimit limit, int requests) {
        for (int i = 0; i < requests; i++) {
            limit.answered();
        }
    }

    private void awaitAsked() {
        await("the master is asked").until(() -> asked.get() == 1);
    }

    @ParameterizedTest
    @CsvSource({"0, 90", "0.5, 100", "0.99, 110", "0.25, 95"})
    void itAsksAfterSoManyRequestsMoreOrLess(double chance, int last) {
        RequestLimit limit = limit(chance, "100", "10").orElseThrow();
        limit.begin();
        answer(limit, last - 1);
        assertThat(asked).hasValue(0);

        answer(limit, 1);
        awaitAsked();
    }

    @Test
    void itAsksOnceHoweverManyFollow() {
        RequestLimit limit = limit(0.5, "10", "0").orElseThrow();
        limit.begin();
        answer(limit, 10);
        awaitAsked();
        answer(limit, 1000);
        assertThat(asked).hasValue(1);
    }

    @Test
    void whatIsAnsweredBeforeItServesDoesNotCount() {
        RequestLimit limit = limit(0.5, "10", "0").orElseThrow();
        answer(limit, 1000);
        limit.begin();
        answer(limit, 9);
        assertThat(asked).hasValue(0);
        answer(limit, 1);
        awaitAsked();
    }

    @Test
    void theLeastIsOne() {
        RequestLimit limit = limit(0, "1", "5").orElseThrow();
        limit.begin();
        answer(limit, 1);
        awaitAsked();
    }

    @ParameterizedTest
    @CsvSource({"off", "0", "''", "-5", "many"})
    void withoutANumberThereIsNone(String requests) {
        assertThat(limit(0.5, requests, "0")).isEmpty();
    }

    @Test
    void withoutAMasterThereIsNoneToAsk() {
        assertThat(RequestLimit.of(Map.of("PREFORK_MAX_REQUESTS", "10"), () -> 0.5, asked::incrementAndGet))
                .isEmpty();
    }
}
