package dev.prefork.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunningMastersTest {
    private final RunningMasters masters = new RunningMasters();

    private RunningMasters.Place enter(String name) {
        return masters.enter(Optional.ofNullable(name));
    }

    @Test
    void mastersWithNamesOfTheirOwnRunBesideEachOther() {
        try (var http = enter("http");
                var https = enter("https")) {
            assertThat(http).isNotSameAs(https);
        }
    }

    @ParameterizedTest
    @CsvSource({",", "http,http", "http,", ",http"})
    void whatChildrenCouldNotTellApartIsRefused(String running, String second) {
        try (var place = enter(running)) {
            assertThat(place).isNotNull();
            assertThatThrownBy(() -> enter(second))
                    .isInstanceOfSatisfying(
                            Failure.class, e -> assertThat(e.kind()).isEqualTo(Failure.Kind.ANOTHER_MASTER))
                    .hasMessageContaining("name(…)");
        }
    }

    @Test
    void afterTheEndTheNameIsFreeAgain() {
        enter("http").close();
        enter(null).close();

        assertThat(enter("http")).isNotNull();
    }
}
