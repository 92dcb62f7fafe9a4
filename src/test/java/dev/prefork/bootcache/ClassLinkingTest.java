package dev.prefork.bootcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassLinkingTest {
    @ParameterizedTest
    @CsvSource({"0, false", "17, false", "24, false", "25, true", "29, true"})
    void suitsJavaFrom25On(int version, boolean suits) {
        assertThat(ClassLinking.suits(version, List.of())).isEqualTo(suits);
    }

    @Test
    void suitsOptionsThatLeaveModulesAsTheyAre() {
        List<String> options = List.of(
                "-cp",
                "a.jar",
                "-Xmx64m",
                "-XX:+UseZGC",
                "-ea",
                "-XX:-EnableJVMCI",
                "-XX:-UseJVMCICompiler",
                "--enable-preview",
                "--finalization=disabled",
                "-Da=--add-opens",
                "-Dcom.sunny.management.x=y");
        assertThat(ClassLinking.suits(25, options)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--add-opens",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                "--add-reads=java.base=java.logging",
                "--add-modules",
                "--limit-modules=java.base",
                "--patch-module=java.base=x",
                "--upgrade-module-path=x",
                "--module-path=x",
                "-p",
                "--enable-native-access=ALL-UNNAMED",
                "--illegal-native-access=deny",
                "-Djdk.module.validation=true",
                "-Dcom.sun.management.jmxremote",
                "-Dcom.sun.management.jmxremote.port=9010",
                "-Djava.system.class.loader=a.B",
                "-XX:+ManagementServer",
                "-XX:StartFlightRecording",
                "-XX:StartFlightRecording:filename=x.jfr",
                "-XX:FlightRecorderOptions:stackdepth=32",
                "-XX:FlightRecorderOptions=stackdepth=32",
                "-XX:+EnableJVMCI",
                "-XX:+EnableJVMCIProduct",
                "-XX:+UseJVMCICompiler",
                "-XX:+UseGraalJIT"
            })
    void doesNotSuitWhatMakesAJvmRefuseSuchAnArchive(String option) {
        assertThat(ClassLinking.suits(25, List.of("-Xmx64m", option, "-Da=b"))).isFalse();
    }
}
