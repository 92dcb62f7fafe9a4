package dev.prefork.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every Dockerfile of the project has. */
class ImagesTest {
    private static final Path RECIPES = Path.of("docs", "RECIPES.md");

    static List<String> files() throws IOException {
        try (Stream<Path> recipes = Files.walk(Path.of("k8s"))) {
            return Stream.concat(Stream.of("Dockerfile.native"), recipes.map(Path::toString))
                    .filter(file -> Path.of(file).getFileName().toString().startsWith("Dockerfile"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void allAreSeen() throws IOException {
        assertThat(files())
                .containsExactly(
                        "Dockerfile.native",
                        "k8s/Dockerfile.jvm",
                        "k8s/images/node/Dockerfile",
                        "k8s/images/python/Dockerfile",
                        "k8s/images/quarkus/Dockerfile");
    }

    /** So that a release can pin each by its digest without a change of the file. */
    @ParameterizedTest
    @MethodSource("files")
    void baseImagesAreArgumentsWithTags(String name) {
        Dockerfile file = Dockerfile.read(name);
        Map<String, String> arguments = file.arguments();

        assertThat(file.all("FROM")).isNotEmpty().allSatisfy(from -> {
            String image = from.replaceFirst("--platform=\\S+ ", "").replaceFirst(" AS \\w+", "");
            assertThat(image).matches("\\$\\{[A-Z]+_IMAGE}");
            String argument = image.substring(2, image.length() - 1);
            assertThat(arguments).containsKey(argument);
            assertThat(arguments.get(argument))
                    .as("an image of this project, or one of a registry with a tag that says something")
                    .matches(
                            "prefork(:jvm)?|[a-z0-9.]+\\.[a-z]+(/[a-z0-9-]+)+:(?!latest)[a-z0-9.-]+(@sha256:[0-9a-f]{64})?");
        });
    }

    @ParameterizedTest
    @MethodSource("files")
    void anEngineFindsOutAllItNeeds(String name) {
        Dockerfile image = Dockerfile.read(name).image();

        assertThat(image.last("USER")).matches("[1-9][0-9]+");
        assertThat(image.last("EXPOSE")).isEqualTo("8080 9000");
        assertThat(image.last("STOPSIGNAL")).isEqualTo("SIGTERM");
        assertThat(image.commands("HEALTHCHECK"))
                .singleElement()
                .isEqualTo(List.of(image.commands("ENTRYPOINT").get(0).get(0), "health", "live"));
        for (String label : List.of("title", "description", "version", "revision")) {
            assertThat(image.last("LABEL")).contains("org.opencontainers.image." + label + "=");
        }
        assertThat(image.arguments()).containsKeys("VERSION", "REVISION");
    }

    /** RecipesIT runs them as well. */
    @Test
    void serversAreThoseOfTheRecipes() throws IOException {
        String recipes = Files.readString(RECIPES);
        for (String file : List.of("python/app.py", "node/server.js")) {
            Path path = Path.of("k8s/images", file);
            assertThat(recipes).contains(" " + path.getFileName() + "\n" + Files.readString(path) + "```\n");
        }
    }
}
