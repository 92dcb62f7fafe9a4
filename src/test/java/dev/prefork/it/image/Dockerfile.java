package dev.prefork.it.image;

import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Dockerfile, as far as ours use the language: continued lines, comments, options, commands in JSON. Immutable. */
public record Dockerfile(List<Instruction> instructions) {
    private static final String STAGE = "FROM";

    public Dockerfile {
        instructions = List.copyOf(instructions);
    }

    /** Reads a file of the project's. */
    public static Dockerfile read(String file) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return parse(String.join(
                    "\n", lines.filter(line -> !line.startsWith("#")).toList()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Dockerfile parse(String text) {
        return new Dockerfile(Stream.of(text.replaceAll("\\\\\\n\\s*", "").split("\n"))
                .filter(line -> !line.isBlank())
                .map(line -> line.split(" ", 2))
                .map(parts -> new Instruction(parts[0], parts.length > 1 ? parts[1] : ""))
                .toList());
    }

    /** What is behind each instruction of this kind, in order. */
    public List<String> all(String word) {
        return instructions.stream()
                .filter(instruction -> instruction.is(word))
                .map(Instruction::rest)
                .toList();
    }

    /** The commands of all instructions of this kind, in order. */
    List<List<String>> commands(String word) {
        return instructions.stream()
                .filter(instruction -> instruction.is(word))
                .map(Instruction::command)
                .toList();
    }

    /** The parts that begin with FROM. */
    List<Dockerfile> stages() {
        List<List<Instruction>> stages = new ArrayList<>();
        for (Instruction instruction : instructions) {
            if (instruction.is(STAGE)) {
                stages.add(new ArrayList<>());
            }
            // Before the first there are arguments for FROM itself.
            if (!stages.isEmpty()) {
                stages.get(stages.size() - 1).add(instruction);
            }
        }
        return stages.stream().map(Dockerfile::new).toList();
    }

    /** The stage that becomes the image. */
    Dockerfile image() {
        List<Dockerfile> stages = stages();
        return stages.get(stages.size() - 1);
    }

    /** What arguments are by default, of those with a default. */
    Map<String, String> arguments() {
        return all("ARG").stream()
                .filter(argument -> argument.contains("="))
                .map(argument -> argument.split("=", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (first, again) -> first));
    }

    /** The last value that this instruction gives. */
    String last(String word) {
        List<String> values = all(word);
        return values.get(values.size() - 1);
    }

    /** An instruction with its continuation lines. Immutable. */
    public record Instruction(String word, String rest) {
        private static final Pattern BLANKS = Pattern.compile(" +");

        boolean is(String other) {
            return word.equals(other);
        }

        /** The value of {@code --name=value}. */
        Optional<String> option(String name) {
            String prefix = "--" + name + "=";
            return words().filter(part -> part.startsWith(prefix))
                    .map(part -> part.substring(prefix.length()))
                    .findFirst();
        }

        /** What there is beside options: of a COPY the sources and, at the end, where they go. */
        List<String> operands() {
            return words().filter(part -> !part.startsWith("--")).toList();
        }

        /** The command of a RUN, an ENTRYPOINT, a CMD or, behind its options, a HEALTHCHECK. */
        List<String> command() {
            return new JsonArray(rest.substring(rest.indexOf('[')))
                    .stream().map(String.class::cast).toList();
        }

        private Stream<String> words() {
            return BLANKS.splitAsStream(rest);
        }
    }
}
