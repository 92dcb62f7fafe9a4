package dev.prefork.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NativeArgumentsTest {
    @Test
    void whatComesFirstIsTheRuntimes() {
        NativeArguments split =
                NativeArguments.of(List.of("-Da=b", "-Xmx64m", "-XX:+PrintGC", "run", "--workers", "2"));

        assertThat(split.options()).containsExactly("-Da=b", "-Xmx64m", "-XX:+PrintGC");
        assertThat(split.own()).containsExactly("run", "--workers", "2");
    }

    @Test
    void whatStandsBehindIsNot() {
        List<String> words = List.of(
                "--worker-java-options", "-Xmx64m", "--", "java", "-XX:+UseSerialGC", "-Dprefork.x=y", "-version");

        assertThat(NativeArguments.of(words).own()).isEqualTo(words);
        assertThat(NativeArguments.of(words).options()).isEmpty();
        assertThat(NativeArguments.of(List.of("--", "-Xmx1g")).own()).containsExactly("--", "-Xmx1g");
    }

    @Test
    void allMayBeTheRuntimes() {
        assertThat(NativeArguments.of(List.of("-Da=b")).own()).isEmpty();
        assertThat(NativeArguments.of(List.of()).options()).isEmpty();
        assertThat(NativeArguments.of(List.of("-D")).own())
                .as("an option without a name")
                .containsExactly("-D");
    }

    @Test
    void workersGetThePropertiesOfACommandLineAndNotItsTuning() {
        List<String> commandLine =
                List.of("/prefork", "-Xmx64m", "-Da=b", "-XX:+PrintGC", "--worker-java-options", "-Xmx1g");

        assertThat(NativeArguments.withoutTuning(commandLine))
                .containsExactly("/prefork", "-Da=b", "--worker-java-options", "-Xmx1g");
        assertThat(NativeArguments.tuning(commandLine)).containsExactly("-Xmx64m", "-XX:+PrintGC");
    }
}
