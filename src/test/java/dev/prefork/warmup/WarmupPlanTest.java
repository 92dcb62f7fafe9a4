package dev.prefork.warmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarmupPlanTest {
    @Test
    void aPathMayHaveAQuery() {
        assertThat(WarmupPlan.path("/a/b%20c?d=e&f")).isEqualTo("/a/b%20c?d=e&f");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "http://localhost/", " /a"})
    void whatDoesNotBeginWithASlashIsNoPath(String text) {
        assertThatThrownBy(() -> WarmupPlan.path(text)).hasMessageContaining("begins with /");
    }

    /** A line's end in it would be a second request. */
    @ParameterizedTest
    @ValueSource(strings = {"/a b", "/a\r\nHost: x", "/ä", "/a\t"})
    void whatCannotStandInARequestLineIsRefused(String text) {
        assertThatThrownBy(() -> WarmupPlan.path(text)).hasMessageContaining("percent-encode");
    }

    @Test
    void withoutPathsOrRequestsThereIsNothingToDo() {
        assertThat(new WarmupPlan(List.of(), 200, Duration.ofSeconds(1)).isEmpty())
                .isTrue();
        assertThat(new WarmupPlan(List.of("/"), 0, Duration.ofSeconds(1)).isEmpty())
                .isTrue();
        assertThat(new WarmupPlan(List.of("/"), 1, Duration.ofSeconds(1)).isEmpty())
                .isFalse();
    }
}
