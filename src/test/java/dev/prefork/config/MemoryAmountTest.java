package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryAmountTest {
    @ParameterizedTest
    @CsvSource({
        "1048576, 1048576",
        "512Mi, 536870912",
        "1.5Gi, 1610612736",
        "2G, 2000000000",
        "300M, 300000000",
        "64Ki, 65536",
        "64k, 64000",
        "1Ti, 1099511627776",
        "1T, 1000000000000"
    })
    void unitsAreThoseOfKubernetes(String text, long bytes) {
        MemoryAmount amount = MemoryAmount.parse(text);
        assertThat(amount.bytes(OptionalLong.empty())).hasValue(bytes);
        assertThat(amount).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({"40%, 400", "100%, 1000", "12.5%, 125", "0.1%, 1"})
    void aPartIsOneOfTheWhole(String text, long bytes) {
        assertThat(MemoryAmount.parse(text).bytes(OptionalLong.of(1000))).hasValue(bytes);
        assertThat(MemoryAmount.parse(text).bytes(OptionalLong.empty())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "512m", "512MB", "512 Mi", "1e9", "half", "Mi", "%", ".5Gi", "0x10"})
    void anythingElseIsRefusedWithAnExample(String text) {
        assertThatThrownBy(() -> MemoryAmount.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("not an amount of memory; write a number with Ki, Mi, Gi,")
                .hasMessageContaining("such as 512Mi")
                .hasMessageContaining("40%");
    }

    @Test
    void moreThanThereCanBeIsRefused() {
        assertThatThrownBy(() -> MemoryAmount.parse("101%")).hasMessageContaining("give 100% or less");
        assertThatThrownBy(() -> MemoryAmount.parse("9999999999Ti")).hasMessageContaining("give less");
    }
}
