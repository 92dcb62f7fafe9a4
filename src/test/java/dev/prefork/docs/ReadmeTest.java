package dev.prefork.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README claims and code can check. */
class ReadmeTest {
    private static final Path EXAMPLE = Path.of("src/test/java/dev/prefork/example/Hello.java");

    /** A class without one verifies nothing. */
    private static final Pattern TEST_METHOD = Pattern.compile("(?m)^ {4}@(?:Test|ParameterizedTest)\\b");

    private final String readme = read(Path.of("README.md"));

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void theExampleIsTheProgramThatATestRuns() {
        String program = read(EXAMPLE).replaceFirst("package [^;]+;\\s+", "").strip();
        Matcher example = Pattern.compile("```java\n(.*?)\n```", Pattern.DOTALL).matcher(readme);

        assertThat(example.find()).isTrue();
        assertThat(example.group(1)).isEqualTo(program);
    }

    @Test
    void theFirstScreenHasTwoCommands() {
        List<String> commands = Stream.of(readme.split("\n"))
                .limit(24)
                .filter(line -> line.startsWith("    ./mvnw"))
                .map(String::strip)
                .toList();

        assertThat(commands).hasSize(2);
        assertThat(commands.get(1)).isEqualTo("./mvnw verify");
    }

    @Test
    void itTakesTenMinutes() {
        assertThat(readme.lines()).hasSizeLessThanOrEqualTo(165);
    }

    @Test
    void everyGuaranteeNamesTestsThatAreThere() throws IOException {
        String guarantees = readme.substring(readme.indexOf("## What it guarantees"), readme.indexOf("## Not yet"));
        List<String> bullets = List.of(guarantees.split("\n- "));
        Set<String> tests;
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            tests = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> TEST_METHOD.matcher(read(file)).find())
                    .map(file -> file.getFileName().toString())
                    .collect(Collectors.toSet());
        }

        assertThat(bullets).hasSizeGreaterThan(10);
        for (String bullet : bullets.subList(1, bullets.size())) {
            List<String> named = Pattern.compile("`(\\w+(?:IT|Test))`")
                    .matcher(bullet)
                    .results()
                    .map(name -> name.group(1))
                    .toList();
            assertThat(named).as(bullet).isNotEmpty().allSatisfy(name -> assertThat(tests)
                    .contains(name + ".java"));
        }
    }
}
