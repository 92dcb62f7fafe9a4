package dev.prefork.os;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartedWithTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "6162",
                "c3a4c3b6",
                "f09f9880",
                "ff",
                "61ff62",
                "c328",
                "f09f98",
                "80818283",
                "eda080",
                "c3a4fec3a4"
            })
    void everyByteThatIsReadIsWrittenAgain(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        String text = NativeText.text(bytes, 0, bytes.length);

        assertThat(NativeText.bytes(text)).containsExactly(bytes);
    }

    @Test
    void whatIsTextReadsAsText() {
        byte[] bytes = "a-grüße-😀".getBytes(UTF_8);

        assertThat(NativeText.text(bytes, 2, bytes.length)).isEqualTo("grüße-😀");
    }

    @Test
    void theEnvironmentIsSplitAtTheFirstEqualsSignAndTheFirstOfTwoCounts() {
        byte[] block = "A=1\0B=x=y\0EMPTY=\0no-sign\0A=2\0=odd=v\0my.name-x=ü\0".getBytes(UTF_8);

        assertThat(StartedWith.environment(block))
                .containsExactly(
                        entry("A", "1"),
                        entry("B", "x=y"),
                        entry("EMPTY", ""),
                        entry("=odd", "v"),
                        entry("my.name-x", "ü"));
    }

    @Test
    void thisProcessIsSeenAsTheJvmSeesIt() throws IOException {
        assertThat(StartedWith.environment()).containsAllEntriesOf(Map.of("PATH", System.getenv("PATH")));
        assertThat(StartedWith.commandLine().get(0)).endsWith("java");
    }

    @Test
    void argumentsAreTakenFromTheEndOfTheCommandLine() {
        List<String> line = List.of("java", "-jar", "x.jar", "--listen", "grüße", "");

        assertThat(StartedWith.arguments(line, "--listen", "gr????e", "")).containsExactly("--listen", "grüße", "");
        assertThat(StartedWith.arguments(line)).isEmpty();
    }

    @Test
    void argumentsThatAreNotOnTheCommandLineStayAsTheyAre() {
        assertThat(StartedWith.arguments(List.of("java", "Main", "a"), "b")).containsExactly("b");
        assertThat(StartedWith.arguments(List.of("java"), "a", "b")).containsExactly("a", "b");
    }

    @Test
    void whatANativeExecutableTookFromAWorkersCommandIsGivenBack() {
        List<String> whole =
                List.of("prefork", "-Da=b", "--workers", "2", "--", "java", "-Dc=d", "-Xmx1g", "-jar", "x");

        assertThat(StartedWith.withoutLoss(whole, "--", "--workers", "2", "--", "java", "-jar", "x"))
                .containsExactly("--workers", "2", "--", "java", "-Dc=d", "-Xmx1g", "-jar", "x");
        assertThat(StartedWith.withoutLoss(List.of("prefork", "-Da=b", "check"), "--", "check"))
                .containsExactly("check");
        assertThat(StartedWith.withoutLoss(whole, "--", "called", "by", "somebody"))
                .containsExactly("called", "by", "somebody");
    }
}
