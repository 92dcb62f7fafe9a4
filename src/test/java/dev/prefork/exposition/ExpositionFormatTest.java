package dev.prefork.exposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpositionFormatTest {
    private static final String OPEN = "application/openmetrics-text";

    @Test
    void aFormatSaysWhatItIsInAHeader() {
        assertThat(Format.PROMETHEUS.contentType()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(Format.OPENMETRICS.contentType())
                .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {" ", "*/*", "text/*", "text/plain", "application/*", "text/html,application/xml;q=0.9,*/*;q=0.8"
            })
    void whoDoesNotNameOpenMetricsGetsPlainText(String accept) {
        assertThat(Format.negotiate(accept)).isEqualTo(Format.PROMETHEUS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Prometheus 2.26, 2.49 and 3.0, in this order.
                "application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
                        + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                        + "application/openmetrics-text;version=0.0.1;q=0.5,"
                        + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                // Prometheus with native histograms prefers protobuf, which nobody here writes.
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
                        + "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                // The agents of Grafana and VictoriaMetrics, and of OpenTelemetry.
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            })
    void realScrapersThatPreferOpenMetricsGetIt(String accept) {
        assertThat(Format.negotiate(accept)).isEqualTo(Format.OPENMETRICS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Prometheus 3 with scrape_protocols that begin with text.
                "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,"
                        + "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.4,*/*;q=0.2",
                "text/plain;version=0.0.4;q=1,*/*;q=0.1",
            })
    void realScrapersThatPreferPlainTextGetIt(String accept) {
        assertThat(Format.negotiate(accept)).isEqualTo(Format.PROMETHEUS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                OPEN,
                OPEN + ";version=1.0.0",
                OPEN + ";version=0.0.1",
                OPEN + "; version = \"1.0.0\" ; charset=utf-8",
                "Application/OpenMetrics-Text;Version=1.0.0;Q=0.5",
                OPEN + ",text/plain",
                OPEN + ";q=0.5,text/plain;q=0.5",
                OPEN + ";q=0.5,text/plain;q=0.4,*/*",
                OPEN + ";q=0.001,text/plain;q=0",
                OPEN + ";version=2.0.0," + OPEN + ";version=1.0.0;q=0.1",
                OPEN + ";note=\"a,b;q=0\"",
                "text/html, " + OPEN + ", */*",
            })
    void openMetricsIsAnsweredWhereItIsLikedAsMuch(String accept) {
        assertThat(Format.negotiate(accept)).isEqualTo(Format.OPENMETRICS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                OPEN + ";q=0",
                OPEN + ";q=0.000",
                OPEN + ";q=0.5,text/plain",
                OPEN + ";q=0.5,text/*;q=0.6",
                OPEN + ";q=0.5,*/*;q=0.8",
                OPEN + ";version=2.0.0",
                OPEN + ";version=1.0",
                OPEN + ";version=1.0.0;q=0," + OPEN + ";version=2.0.0",
                OPEN + "-more",
                "x" + OPEN,
                "application/openmetrics",
            })
    void openMetricsIsNotAnsweredToWhoCannotReadItOrLikesItLess(String accept) {
        assertThat(Format.negotiate(accept)).isEqualTo(Format.PROMETHEUS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                OPEN + ";q=",
                OPEN + ";q=abc",
                OPEN + ";q=NaN",
                OPEN + ";q=-1",
                OPEN + ";q=2",
                OPEN + ";q=1e0",
                OPEN + ";q=0x1p0",
                OPEN + ";q=1d",
                OPEN + ";q=0.5.5",
                OPEN + ";q=.5",
                OPEN + ";q=0.1234567890",
                ",",
                ";",
                "=",
                ",,;;==\"",
                "\"" + OPEN,
                ";q=1",
                "/",
            })
    void anEntryThatMakesNoSenseIsPassedOver(String accept) {
        assertThat(Format.negotiate(accept)).isEqualTo(Format.PROMETHEUS);
        assertThat(Format.negotiate("\"\"," + OPEN + ",text/plain;q=oops")).isEqualTo(Format.OPENMETRICS);
    }

    @Test
    void aHeaderOfMegabytesIsNotReadToItsEnd() {
        String endless = "text/html;q=0.1,".repeat(200_000);

        assertThat(Format.negotiate(endless + OPEN)).isEqualTo(Format.PROMETHEUS);
        assertThat(Format.negotiate(OPEN + "," + endless)).isEqualTo(Format.OPENMETRICS);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noHeaderMakesItThrow(long seed) {
        Random random = new Random(seed);
        String letters = "atq*/;,=.\"\\ 01" + "\u0000é";
        for (int i = 0; i < 2000; i++) {
            StringBuilder header = new StringBuilder(random.nextBoolean() ? OPEN + ";q=0.5" : "");
            for (int n = random.nextInt(40); n > 0; n--) {
                header.insert(random.nextInt(header.length() + 1), letters.charAt(random.nextInt(letters.length())));
            }
            assertThatCode(() -> Format.negotiate(header.toString()))
                    .as("seed %d: %s", seed, header)
                    .doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip | true",
                "GZip | true",
                "gzip, deflate, br | true",
                "br;q=1.0, gzip;q=0.8, *;q=0.1 | true",
                "deflate,\tgzip | true",
                "* | true",
                "br, * | true",
                "gzip;q=0.001 | true",
                "gzip ; q=0.5 | true",
                "*;q=0, gzip | true",
                "gzip, *;q=0 | true",
                "'' | false",
                "identity | false",
                "br | false",
                "xgzip | false",
                "gzip;q=0 | false",
                "gzip;q=0.0 | false",
                "gzip; Q=0.000 | false",
                "*;q=0 | false",
                "gzip;q=0, * | false",
                "*, gzip;q=0 | false",
                ", ; ,, | false"
            })
    void gzipIsForThoseWhoTakeIt(String accepted, boolean taken) {
        assertThat(Format.takesGzip(accepted)).isEqualTo(taken);
    }

    @Test
    void whoSaysNothingGetsNone() {
        assertThat(Format.takesGzip(null)).isFalse();
    }
}
