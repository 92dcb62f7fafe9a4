package dev.prefork.quarkus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An application under src/it, built by a Maven of its own against the jar of this build.
 *
 * <p>Nothing is installed anywhere but below target/: Prefork's jar goes into a repository of files there, and what is
 * downloaded already is read from the user's local repository as if that were a remote one.
 */
final class SecondApplication {
    static final Path SOURCES = Path.of("src/it/second-app");

    /** Knows a Maven on every machine, as it does for this build. */
    private static final Path WRAPPER = Path.of("mvnw").toAbsolutePath();

    private static final Path PLACE = Path.of("target/second-app").toAbsolutePath();
    private static final Path DEPLOYED = PLACE.resolve("deployed");
    private static final Path LOCAL_REPOSITORY = PLACE.resolve("repository");

    private SecondApplication() {}

    /** Builds the one that knows nothing of Prefork with these options and returns the jar to run. */
    static Path build(String name, String... options) {
        return build(SOURCES, name, options);
    }

    /** The same with another one. */
    static Path build(Path sources, String name, String... options) {
        // Test classes run in several JVMs at once, and all builds share a repository.
        try (FileChannel turn = turn();
                FileLock ignored = turn.lock()) {
            Path project = PLACE.resolve(name);
            replace(sources, project);
            String pom = Files.readString(Path.of("pom.xml"));
            deploy(group(pom, "<version>(.*?)</version>"));
            maven(project, pom, options);
            return project.resolve("target/quarkus-app/quarkus-run.jar");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static FileChannel turn() throws IOException {
        Path file = Files.createDirectories(PLACE).resolve("turn");
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static void deploy(String version) throws IOException {
        Path artifact = Path.of("dev/prefork/prefork", version);
        // Maven would not fetch the same snapshot again from a repository that has no dates.
        delete(LOCAL_REPOSITORY.resolve("dev/prefork"));
        delete(DEPLOYED);
        Path directory = Files.createDirectories(DEPLOYED.resolve(artifact));
        String file = "prefork-" + version;
        Files.copy(Path.of("target", file + ".jar"), directory.resolve(file + ".jar"));
        Files.copy(Path.of("pom.xml"), directory.resolve(file + ".pom"));
    }

    private static void maven(Path project, String pom, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(WRAPPER.toString(), "-B", "-q", "package"));
        command.add("-Dmaven.repo.local=" + LOCAL_REPOSITORY);
        command.add("-Dprefork.repository=" + DEPLOYED.toUri());
        command.add("-Dknown.repository=" + usersRepository().toUri());
        command.add("-Dprefork.version=" + group(pom, "<version>(.*?)</version>"));
        for (String property : List.of(
                "quarkus.version", "compiler-plugin.version", "jar-plugin.version", "resources-plugin.version")) {
            command.add("-D" + property + "=" + group(pom, "<" + property + ">(.*?)</" + property + ">"));
        }
        command.addAll(List.of(options));
        File log = project.resolve("build.log").toFile();
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log);
        // What the outer Maven was told is not for the inner one.
        builder.environment().keySet().removeAll(List.of("MAVEN_ARGS", "MAVEN_OPTS", "MAVEN_CMD_LINE_ARGS"));
        Process maven = builder.start();
        boolean ended = maven.waitFor(10, TimeUnit.MINUTES);
        maven.destroy();
        assertThat(ended ? maven.exitValue() : -1)
                .as(Files.readString(log.toPath()))
                .isZero();
    }

    private static Path usersRepository() {
        return Stream.of("maven.repo.local", "localRepository")
                .map(System::getProperty)
                .flatMap(path -> Optional.ofNullable(path).stream())
                .findFirst()
                .map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".m2", "repository"));
    }

    private static String group(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }

    private static void replace(Path from, Path to) throws IOException {
        delete(to);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                if (Files.isRegularFile(file)) {
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private static void delete(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (Stream<Path> files = Files.walk(tree)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
