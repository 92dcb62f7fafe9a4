package dev.prefork.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JavaArgumentsTest {
    @Test
    void aWorkerKeepsWhatTheProgramIsAndNotHowTheMasterRuns() {
        assertThat(JavaArguments.withoutTuning(List.of(
                        "java",
                        "-Xms16m",
                        "-XX:+UseSerialGC",
                        "-agentlib:jdwp=address=5005",
                        "-javaagent:x.jar",
                        "-Da=-Xmx1g",
                        "--add-opens",
                        "java.base/java.lang=ALL-UNNAMED",
                        "-server",
                        "-ea",
                        "-jar",
                        "app.jar",
                        "-Xmx1g")))
                .containsExactly(
                        "java",
                        "-Da=-Xmx1g",
                        "--add-opens",
                        "java.base/java.lang=ALL-UNNAMED",
                        "-ea",
                        "-jar",
                        "app.jar",
                        "-Xmx1g");
    }

    @Test
    void theValueOfAnOptionIsNoOption() {
        assertThat(JavaArguments.withoutTuning(List.of("java", "-cp", "-Xodd", "Main", "-Xmx1g")))
                .containsExactly("java", "-cp", "-Xodd", "Main", "-Xmx1g");
    }

    @Test
    void findsTheJar() {
        JavaArguments arguments = JavaArguments.of(List.of("java", "-Xmx1g", "-jar", "a.jar", "-cp", "no"));
        assertThat(arguments.jar()).contains("a.jar");
        assertThat(arguments.classPath()).contains("a.jar");
        assertThat(arguments.options()).containsExactly("-Xmx1g");
        assertThat(arguments.tuning()).containsExactly("-Xmx1g");
    }

    @Test
    void findsTheLastClassPath() {
        assertThat(JavaArguments.of(List.of("java", "-cp", "a", "--class-path=b:c", "Main"))
                        .classPath())
                .contains("b:c");
        assertThat(JavaArguments.of(List.of("java", "Main")).classPath()).isEmpty();
        assertThat(JavaArguments.of(List.of("java")).classPath()).isEmpty();
        assertThat(JavaArguments.of(List.of("java", "-jar")).jar()).isEmpty();
    }
}
