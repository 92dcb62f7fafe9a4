package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "0s, PT0S",
        "30, PT30S",
        "30s, PT30S",
        "500ms, PT0.5S",
        "2m, PT2M",
        "1h, PT1H",
        "2d, PT48H",
        "PT30S, PT30S",
        "pt1m30s, PT1M30S",
        "PT0.25S, PT0.25S",
        "P1D, PT24H",
        "106751d, PT2562024H"
    })
    void readsTheUsualWaysToWriteADuration(String text, Duration duration) {
        assertThat(DurationText.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-5s", "-500ms", "PT-5S", "-PT5S", "-P1D", "PT5S-10S", "-x"})
    void refusesWhatIsNegative(String text) {
        assertThatThrownBy(() -> DurationText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.getMessage())
                        .matches("(a duration cannot be negative|not a duration); write a number .*"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "s", "5 s", "1.5s", "5S", "5sec", "5w", "1h30m", "PT", "P", "soon", "0x10", "+5s", "٣s"
            })
    void refusesWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> DurationText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a duration; write a number with ms, s, m, h or d, such as 30s,"
                        + " or ISO 8601, such as PT30S");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "106752d",
                "9223372036854775807s",
                "9223372036854775808",
                "99999999999999999999h",
                "9223372036854775807d",
                "PT9223372036854775807S"
            })
    void refusesWhatDoesNotFitTheClock(String text) {
        assertThatThrownBy(() -> DurationText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("this duration is too long; the maximum is 106751d");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "60s, 60s",
        "61s, 61s",
        "90, 90s",
        "120s, 2m",
        "3600s, 1h",
        "5400s, 90m",
        "1500ms, 1500ms",
        "1000ms, 1s",
        "2d, 48h",
        "PT0.000001S, PT0.000001S"
    })
    void writesADurationSoThatItReadsAsTheSame(String text, String written) {
        Duration duration = DurationText.parse(text);

        assertThat(DurationText.format(duration)).isEqualTo(written);
        assertThat(DurationText.parse(written)).isEqualTo(duration);
    }
}
