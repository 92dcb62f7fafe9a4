package dev.prefork.quarkus.master;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsEndpointTest {
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
        assertThat(MetricsEndpoint.takesGzip(accepted)).isEqualTo(taken);
    }

    @Test
    void whoSaysNothingGetsNone() {
        assertThat(MetricsEndpoint.takesGzip(null)).isFalse();
    }
}
