package dev.prefork.bootcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MakerOptionsTest {
    @Test
    void whatShapesAnArchiveStays() {
        assertThat(of("-XX:+UseZGC", "-XX:ObjectAlignmentInBytes=16"))
                .containsExactly("-XX:+UseZGC", "-XX:ObjectAlignmentInBytes=16");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Xms600m",
                "-Xmn300m",
                "-Xss8m",
                "-XX:+AlwaysPreTouch",
                "-XX:InitialHeapSize=600m",
                "-XX:NewSize=300m",
                "-XX:InitialRAMPercentage=75",
                "-XX:ParallelGCThreads=64",
                "-Xlog:gc:file=/tmp/gc.log",
                "-XX:+HeapDumpOnOutOfMemoryError"
            })
    void whatTakesMemoryOrWritesFilesIsLeftOut(String option) {
        assertThat(of(option)).isEmpty();
        for (String variable : JvmVariables.NAMES) {
            assertThat(MakerOptions.of(List.of(), Map.of(variable, option))).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-Xmx64m, -Xmx256m",
        "-Xmx4g, -Xmx256m",
        "-XX:MaxHeapSize=1073741824, -Xmx256m",
        "-Xmx32767m, -Xmx256m",
        "-Xmx32g, -Xmx32g",
        "-XX:MaxHeapSize=1T, -XX:MaxHeapSize=1T"
    })
    void theHeapIsSmallUnlessPointersWouldBeOthers(String option, String heap) {
        assertThat(of(option)).containsExactly(heap);
    }

    @Test
    void ofSeveralHeapsTheLastCounts() {
        Map<String, String> environment = Map.of("JAVA_TOOL_OPTIONS", "-Xmx64g", "_JAVA_OPTIONS", "-Xmx48g");
        assertThat(MakerOptions.of(List.of("-Xmx1g"), environment)).containsExactly("-Xmx48g");
    }

    @Test
    void whereNoOptionNamesTheHeapItsPartOfTheMemoryStays() {
        assertThat(of("-XX:MaxRAMPercentage=80")).containsExactly("-XX:MaxRAMPercentage=80");
        assertThat(of("-XX:MaxRAMPercentage=80", "-Xmx1g")).containsExactly("-Xmx256m");
    }

    @Test
    void optionsOfVariablesComeInTheOrderOfTheJvm() {
        Map<String, String> environment = Map.of(
                "_JAVA_OPTIONS", "-XX:+UseG1GC -Da=b",
                "JDK_JAVA_OPTIONS", "-XX:-UseSerialGC",
                "JAVA_TOOL_OPTIONS", "'-XX:+UseZGC' \"-Dx=a -Xshare:off\"");
        assertThat(MakerOptions.of(List.of("-XX:+UseParallelGC"), environment))
                .containsExactly("-XX:+UseZGC", "-XX:-UseSerialGC", "-XX:+UseParallelGC", "-XX:+UseG1GC");
    }

    @Test
    void quotesKeepBlanksTogether() {
        assertThat(JvmVariables.words(Map.of("X", " -Da='b c'  -Dd=\"e' f\" "), "X"))
                .containsExactly("-Da=b c", "-Dd=e' f");
        assertThat(JvmVariables.words(Map.of(), "X")).isEmpty();
    }

    private static List<String> of(String... options) {
        return MakerOptions.of(List.of(options), Map.of());
    }
}
