package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.image.Dockerfile;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the images promise: any user, no shell in the way of signals, both ports, and only files that there are. */
class DockerfilesTest {
    private static final Set<String> INSTRUCTIONS = Set.of(
            "ARG",
            "FROM",
            "USER",
            "WORKDIR",
            "COPY",
            "RUN",
            "LABEL",
            "EXPOSE",
            "STOPSIGNAL",
            "HEALTHCHECK",
            "ENTRYPOINT");

    private static final Pattern EXEC_FORM = Pattern.compile("\\[\"[^\"]+\"(, \"[^\"]+\")*]");

    private static String last(List<String> values) {
        return values.get(values.size() - 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.native", "k8s/Dockerfile.jvm"})
    void everyInstructionIsKnownAndCommandsNeedNoShell(String file) {
        Dockerfile instructions = Dockerfile.read(file);
        assertThat(instructions.instructions())
                .extracting(Dockerfile.Instruction::word)
                .isSubsetOf(INSTRUCTIONS);
        assertThat(instructions.instructions().get(0).word()).isEqualTo("ARG");
        assertThat(Stream.of("RUN", "ENTRYPOINT").flatMap(word -> instructions.all(word).stream()))
                .isNotEmpty()
                .allSatisfy(command -> assertThat(command).matches(EXEC_FORM));
        assertThat(instructions.all("ENTRYPOINT")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.native", "k8s/Dockerfile.jvm"})
    void theImageRunsAsANumberThatIsNotRootAndServesBothPorts(String file) {
        Dockerfile instructions = Dockerfile.read(file);
        assertThat(last(instructions.all("USER"))).matches("[1-9]\\d*");
        assertThat(instructions.all("EXPOSE")).containsExactly("8080 9000");
        assertThat(instructions.all("LABEL"))
                .singleElement()
                .asString()
                .contains("org.opencontainers.image.title=", "org.opencontainers.image.licenses=\"Apache-2.0\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.native", "k8s/Dockerfile.jvm"})
    void everyCopyIsForEverybodyToRead(String file) {
        assertThat(Dockerfile.read(file).all("COPY").stream()
                        .filter(copy -> !copy.endsWith(" ./") && !copy.matches(".*(\\.mvn|src/main)")))
                .isNotEmpty()
                .allSatisfy(copy -> assertThat(copy).contains("--chmod=0555", ":0 "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.native", "k8s/Dockerfile.jvm"})
    void whatIsCopiedFromTheProjectIsThere(String file) {
        List<String> copies = Dockerfile.read(file).all("COPY").stream()
                .filter(copy -> !copy.contains("--from="))
                .toList();
        for (String copy : copies) {
            List<String> words = Stream.of(copy.split(" "))
                    .filter(word -> !word.startsWith("--"))
                    .toList();
            // What the build makes is made after the tests of this phase.
            words.subList(0, words.size() - 1).stream()
                    .filter(source -> !source.startsWith("target/"))
                    .forEach(source -> assertThat(Path.of(source)).exists());
        }
        assertThat(copies).isNotEmpty();
    }
}
