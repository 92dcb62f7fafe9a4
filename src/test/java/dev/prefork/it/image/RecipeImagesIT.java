package dev.prefork.it.image;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.FullRing;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import dev.prefork.it.command.WorkerView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The recipes in {@code k8s/images}, with root file systems that are made of this machine's programs in place of the base images: what
 * they copy, and their command as their user, where nothing can be written. What they would fetch while they are built is taken from
 * this machine as well.
 */
@FullRing("it assembles root file systems with a JDK in each")
@Timeout(600)
class RecipeImagesIT {
    private static final Path RECIPES = Path.of("k8s/images");
    private static final Path GUNICORN = Path.of("/usr/bin/gunicorn");
    private static final Duration SOON = Duration.ofMinutes(2);

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path home;

    @BeforeEach
    void requireRuntime() throws IOException {
        Container.requireRuntime(processes, Files.createDirectory(home.resolve("trial")));
    }

    private RecipeImage image(String recipe) throws IOException {
        return new RecipeImage(
                Dockerfile.read(RECIPES.resolve(recipe).resolve("Dockerfile").toString()), home);
    }

    @Test
    void gunicornServesAPythonApplication() throws IOException {
        Path python = Path.of("/usr/bin/python3");
        Tools.assume(
                Stream.of(python, GUNICORN).allMatch(Files::isExecutable),
                "Python and gunicorn are not packages of this machine");
        RecipeImage image = image("python");
        image.system().copyProgram(python);
        image.system().copyProgram(GUNICORN);
        Path version = python.toRealPath().getFileName();
        Tree.copy(
                Path.of("/usr/lib").resolve(version),
                image.system().root().resolve("usr/lib").resolve(version));
        for (String part : List.of("gunicorn", "pkg_resources", "setuptools", "packaging")) {
            copyModules(part, image);
        }
        image.nativePrefork();
        image.copy(RECIPES.resolve("python"));

        assertThat(image.commands("RUN")).singleElement().asList().startsWith("pip", "install");
        assertServes(image, "hello\n");
    }

    /** With what is known of the version beside them. */
    private static void copyModules(String name, RecipeImage image) throws IOException {
        Path packages = Path.of("/usr/lib/python3/dist-packages");
        try (Stream<Path> files = Files.list(packages)) {
            files.filter(file -> file.getFileName().toString().startsWith(name))
                    .forEach(file -> Tree.copy(
                            file, image.system().root().resolve(file.toString().substring(1))));
        }
    }

    @Test
    void nodeServesAnApplication() throws IOException {
        Path node = Tools.require("node").toRealPath();
        RecipeImage image = image("node");
        image.system().copyProgram(node);
        image.nativePrefork();
        image.copy(RECIPES.resolve("node"));

        assertServes(image, "hello\n");
    }

    /** Our own demonstration is a Quarkus application like any other. */
    @Test
    void aQuarkusApplicationServesItselfFromAnArchiveOfItsClasses() throws IOException {
        Path application = PackagedJar.path().getParent();
        RecipeImage image = image("quarkus");
        image.jvmPrefork();
        image.copy(application);
        for (List<String> command : image.commands("RUN")) {
            try (Container container = container(image, "building")) {
                container.build(command);
            }
        }
        assertThat(image.system().root().resolve("app/classes.jsa")).isRegularFile();

        assertServes(image, "worker ");
    }

    private Container container(RecipeImage image, String bundle) throws IOException {
        return new Container(
                processes,
                Files.createDirectory(home.resolve(bundle)),
                image.system().root(),
                image.workingDirectory());
    }

    private void assertServes(RecipeImage image, String answer) throws IOException {
        Map<String, String> before = Tree.picture(image.system().root());
        List<String> command = new ArrayList<>(image.commands("ENTRYPOINT").get(0));
        image.commands("CMD").forEach(command::addAll);
        try (Container container = container(image, "bundle")) {
            RunningProcess process = container.start(command, image.user());
            process.awaitLine("all workers ready", SOON);
            long pid1 = process.children().get(0);
            List<Long> all = Proc.sameNamespace(pid1);
            assertThat(all).hasSizeGreaterThan(1).allSatisfy(pid -> new WorkerView(pid)
                    .assertPowerless(Integer.toString(image.user())));
            await().untilAsserted(() -> assertThat(container.execute("wget", "-qO-", "http://127.0.0.1:8080/"))
                    .startsWith(answer.strip()));
            container.execute(image.commands("HEALTHCHECK").get(0).toArray(String[]::new));

            container.terminate();
            assertThat(process.awaitExit(SOON)).as(process::dump).isZero();
            assertThat(all).noneMatch(Proc::isAlive);
            assertThat(Tree.picture(image.system().root())).isEqualTo(before);
        }
    }
}
