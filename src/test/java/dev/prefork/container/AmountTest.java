package dev.prefork.container;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0 bytes",
        "1023, 1023 bytes",
        "1024, 1 KiB",
        "1536, 1.5 KiB",
        "536870912, 512 MiB",
        "1073741824, 1 GiB",
        "1610612736, 1.5 GiB",
        "10995116277760, 10 TiB",
        "9223372036854775807, 8 EiB"
    })
    void bytesAreWrittenInTheLargestUnitThatFits(long bytes, String text) {
        assertThat(Amount.ofBytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"1, 1 core", "2, 2 cores", "0.5, 0.5 cores", "2.25, 2.25 cores", "1.999, 2 cores", "100, 100 cores"})
    void coresAreWrittenWithTwoDecimalsAtMost(double cores, String text) {
        assertThat(Amount.ofCores(cores)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"1, 1 CPU", "2, 2 CPUs", "64, 64 CPUs"})
    void cpusAreCounted(long cpus, String text) {
        assertThat(Amount.ofCpus(cpus)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 workers", "1, 1 worker", "2, 2 workers"})
    void workersAreCounted(long workers, String text) {
        assertThat(Amount.ofWorkers(workers)).isEqualTo(text);
    }
}
