package dev.prefork.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelsTest {
    @Test
    void noLabelsAreAnEmptyText() {
        assertThat(Labels.canonical(Map.of())).isEmpty();
        assertThat(Labels.parse("")).isEmpty();
    }

    @Test
    void namesAreSortedHoweverTheyAreGiven() {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("method", "GET");
        labels.put("_a", "1");
        labels.put("Code", "200");

        assertThat(Labels.canonical(labels)).isEqualTo("Code=\"200\",_a=\"1\",method=\"GET\"");
        assertThat(Labels.canonical(new TreeMap<>(labels))).isEqualTo(Labels.canonical(labels));
    }

    @Test
    void whatWouldEndAValueOrALineIsEscaped() {
        assertThat(Labels.canonical("a", "\\\"\n")).isEqualTo(Labels.canonical(Map.of("a", "\\\"\n")));
        assertThat(Labels.canonical("a", "")).isEmpty();
        assertThat(Labels.canonical(Map.of("a", "\\\"\n"))).isEqualTo("a=\"\\\\\\\"\\n\"");
        assertThat(Labels.canonical(Map.of("a", "\r\t{},=ä€😀"))).isEqualTo("a=\"\r\t{},=ä€😀\"");
    }

    @Test
    void aLabelWithAnEmptyValueIsNone() {
        Map<String, String> labels = new HashMap<>();
        labels.put("a", "");
        labels.put("b", "1");
        labels.put("c", "");

        assertThat(Labels.canonical(labels)).isEqualTo("b=\"1\"");
        assertThat(Labels.canonical(Map.of("a", ""))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"x", "a,b", "a=\"b\"", "\\", "\\n", "\n", "\"", "\\\"", "}", "{", " ", "\u0000", "é", "😀\n\\😀"
            })
    void whatWasPutInComesOutAgain(String value) {
        Map<String, String> labels = Map.of("one", value, "two", value + value, "zero", "0");

        assertThat(Labels.parse(Labels.canonical(labels))).containsExactlyInAnyOrderEntriesOf(labels);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "x=",
                "x=y",
                "x=\"",
                "x=\"y",
                "x=\"\\",
                "x=\"\"",
                "=\"1\"",
                "1=\"1\"",
                "a-b=\"1\"",
                "a=\"1\",",
                ",a=\"1\"",
                "a=\"1\";b=\"1\"",
                "b=\"1\",a=\"1\"",
                "a=\"1\",a=\"1\"",
                "a=\"\n\"",
                "a=\"\\q\"",
                "a=\"1\"} 5\nb{c=\"1\""
            })
    void whatIsNoCanonicalFormIsKnownAsSuch(String text) {
        assertThat(Labels.isCanonical(text)).isFalse();
    }

    @Test
    void everyCanonicalFormIsKnownAsSuch() {
        assertThat(Labels.isCanonical("")).isTrue();
        Random random = new Random(3);
        for (int i = 0; i < 2000; i++) {
            Map<String, String> labels = new HashMap<>();
            for (int n = random.nextInt(4); n > 0; n--) {
                labels.put("l" + random.nextInt(9), RandomExpositions.text(random, random.nextInt(6)));
            }
            assertThat(Labels.isCanonical(Labels.canonical(labels))).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4711})
    void randomSetsComeOutAgainAndAreCanonicalAtOnce(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            Map<String, String> labels = new HashMap<>();
            for (int n = random.nextInt(6); n > 0; n--) {
                labels.put("l" + random.nextInt(100), RandomExpositions.text(random, 1 + random.nextInt(12)));
            }
            String canonical = Labels.canonical(labels);

            assertThat(Labels.parse(canonical)).as("seed %d, set %d", seed, i).isEqualTo(new TreeMap<>(labels));
            assertThat(Labels.canonical(Labels.parse(canonical))).isEqualTo(canonical);
        }
    }
}
