package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the images promise: any user, no shell in the way of signals, both ports, and only files that there are. */
class DockerfilesTest {
    private static final Set<String> INSTRUCTIONS =
            Set.of("FROM", "USER", "WORKDIR", "COPY", "RUN", "LABEL", "EXPOSE", "ENTRYPOINT");

    private static final Pattern EXEC_FORM = Pattern.compile("\\[\"[^\"]+\"(, \"[^\"]+\")*]");

    /** An instruction with its continuation lines. */
    private record Instruction(String word, String rest) {}

    private static List<Instruction> read(String file) {
        List<Instruction> instructions = new ArrayList<>();
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            String text = String.join(
                    "\n", lines.filter(line -> !line.startsWith("#")).toList());
            for (String line : text.replaceAll("\\\\\\n\\s*", "").split("\n")) {
                if (!line.isBlank()) {
                    String[] parts = line.split(" ", 2);
                    instructions.add(new Instruction(parts[0], parts.length > 1 ? parts[1] : ""));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return instructions;
    }

    private static List<String> all(List<Instruction> instructions, String word) {
        return instructions.stream()
                .filter(instruction -> instruction.word().equals(word))
                .map(Instruction::rest)
                .toList();
    }

    private static String last(List<String> values) {
        return values.get(values.size() - 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.native", "k8s/Dockerfile.jvm"})
    void everyInstructionIsKnownAndCommandsNeedNoShell(String file) {
        List<Instruction> instructions = read(file);
        assertThat(instructions).extracting(Instruction::word).isSubsetOf(INSTRUCTIONS);
        assertThat(instructions.get(0).word()).isEqualTo("FROM");
        assertThat(Stream.of("RUN", "ENTRYPOINT").flatMap(word -> all(instructions, word).stream()))
                .isNotEmpty()
                .allSatisfy(command -> assertThat(command).matches(EXEC_FORM));
        assertThat(all(instructions, "ENTRYPOINT")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.native", "k8s/Dockerfile.jvm"})
    void theImageRunsAsANumberThatIsNotRootAndServesBothPorts(String file) {
        List<Instruction> instructions = read(file);
        assertThat(last(all(instructions, "USER"))).matches("[1-9]\\d*");
        assertThat(all(instructions, "EXPOSE")).containsExactly("8080 9000");
        assertThat(all(instructions, "LABEL"))
                .singleElement()
                .asString()
                .contains("org.opencontainers.image.title=", "org.opencontainers.image.licenses=\"Apache-2.0\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.native", "k8s/Dockerfile.jvm"})
    void everyBaseHasAVersionAndEveryCopyIsForEverybodyToRead(String file) {
        List<Instruction> instructions = read(file);
        assertThat(all(instructions, "FROM"))
                .allSatisfy(base -> assertThat(base.split(" ")[0]).matches(".+:[a-z]*-?\\d.*"));
        assertThat(all(instructions, "COPY").stream().filter(copy -> !copy.contains("quarkus:quarkus")))
                .isNotEmpty()
                .allSatisfy(copy -> assertThat(copy).contains("--chmod=0555", ":0 "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.native", "k8s/Dockerfile.jvm"})
    void whatIsCopiedFromTheProjectIsThere(String file) {
        List<String> copies = all(read(file), "COPY").stream()
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
