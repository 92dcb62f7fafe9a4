package dev.prefork.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
    private static final String OTEL = "OTEL_RESOURCE_ATTRIBUTES";
    private final Identity worker = new Identity(2, 7);

    @Test
    void aWorkerIsToldItsSlotItsGenerationAndTheInstanceThatBothMakeInThePod() {
        assertThat(worker.variables(Map.of("HOSTNAME", "shop-x2x8v", "PREFORK_SLOT", "9")))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "PREFORK_SLOT", "2", "PREFORK_GENERATION", "7", OTEL, "service.instance.id=shop-x2x8v.2.7"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "service.name=shop | service.name=shop,service.instance.id=pod.2.7",
                "a=1,b=2 | a=1,b=2,service.instance.id=pod.2.7",
                "a=1, | a=1,service.instance.id=pod.2.7",
                "\" \" | service.instance.id=pod.2.7",
                "\"\" | service.instance.id=pod.2.7",
                "other.service.instance.id=1 | other.service.instance.id=1,service.instance.id=pod.2.7",
                "a=service.instance.id | a=service.instance.id,service.instance.id=pod.2.7"
            },
            delimiter = '|')
    void inheritedAttributesAreKeptAndTheInstanceIsAdded(String inherited, String expected) {
        assertThat(worker.variables(Map.of("HOSTNAME", "pod", OTEL, inherited))).containsEntry(OTEL, expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"service.instance.id=mine", "a=1, service.instance.id = mine,b=2", "service.instance.id="})
    void anInstanceThatIsSetIsKept(String inherited) {
        assertThat(worker.variables(Map.of("HOSTNAME", "pod", OTEL, inherited))).containsEntry(OTEL, inherited);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "web-7d9f.local:/~_ | web-7d9f.local:/~_",
                "a,b=c;d | a%2Cb%3Dc%3Bd",
                "100% \"x\\y | 100%25%20%22x%5Cy",
                "grün | gr%C3%BCn"
            },
            delimiter = '|')
    void whatSeparatesOrIsNoBaggageOctetIsPercentEncoded(String host, String encoded) {
        assertThat(Identity.encoded(host)).isEqualTo(encoded);
        assertThat(worker.variables(Map.of("HOSTNAME", host)))
                .containsEntry(OTEL, "service.instance.id=" + encoded + ".2.7");
    }

    @Test
    void withoutAHostNameTheInstanceStillTellsTheProcessesOfOnePodApart() {
        assertThat(worker.variables(Map.of())).containsEntry(OTEL, "service.instance.id=prefork.2.7");
    }
}
