package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

    @ParameterizedTest
    @CsvSource({
        "kitten, sitting, 3",
        "'', abc, 3",
        "abc, '', 3",
        "'', '', 0",
        "same, same, 0",
        "workers, worker, 1",
        "wrokers, workers, 2"
    })
    void countsInsertionsDeletionsAndSubstitutions(String from, String to, int distance) {
        assertThat(Nearest.distance(from, to)).isEqualTo(distance);
        assertThat(Nearest.distance(to, from)).isEqualTo(distance);
    }

    @Test
    void findsTheNameWithTheFewestEdits() {
        assertThat(Nearest.of("--workrs", List.of("--backlog", "--workers", "--ready")))
                .contains("--workers");
    }

    @Test
    void ofEquallyNearNamesTheFirstInOrderIsFound() {
        assertThat(Nearest.of("ad", List.of("ac", "ab"))).contains("ab");
    }

    @ParameterizedTest
    @CsvSource({
        "--bind, --backlog",
        "--standby, --drain-delay",
        "-x, --ready",
        "prefork.demos, prefork.ready",
        "gunicorn, run"
    })
    void aNameThatIsFarFromAllIsNotGuessedAt(String typed, String known) {
        assertThat(Nearest.of(typed, List.of(known))).isEmpty();
        assertThat(Nearest.question(typed, List.of(known), "correct it")).isEqualTo("; correct it");
    }

    @ParameterizedTest
    @CsvSource({
        "--work, --workers",
        "liveness, live",
        "READY, ready",
        "-workers, --workers",
        "--hepl, --help",
        "PREFORK_DRAIN, PREFORK_DRAIN_DELAY",
        "prefork.min.ready, prefork.min-ready"
    })
    void aBeginningAnotherCaseAndOtherDashesAreNear(String typed, String known) {
        assertThat(Nearest.question(typed, List.of(known), "correct it"))
                .isEqualTo("; did you mean " + known + "? Correct it");
    }
}
