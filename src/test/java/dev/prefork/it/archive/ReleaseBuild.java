package dev.prefork.it.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A copy of the project in a directory of its own, in which a release is built, but for its Javadoc. For one thread. */
final class ReleaseBuild {
    static final String VERSION = System.getProperty("prefork.version");

    private static final Duration BUILD = Duration.ofMinutes(15);
    private static final List<String> NEEDED = List.of("mvnw", ".mvn", "pom.xml", "LICENSE", "src/main", "k8s");

    private final Processes processes;
    private final Path project;

    private ReleaseBuild(Processes processes, Path project) {
        this.processes = processes;
        this.project = project;
    }

    static ReleaseBuild in(Processes processes, Path project) throws IOException {
        for (String name : NEEDED) {
            try (Stream<Path> files = Files.walk(Path.of(name))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.createDirectories(project.resolve(file.toString()).getParent());
                    Files.copy(file, project.resolve(file.toString()));
                }
            }
        }
        return new ReleaseBuild(processes, project);
    }

    /** Runs Maven. Only what tells of itself is left out: tests, Javadoc, and the archive of the master, which is not released. */
    void build(String... more) {
        List<String> command = new ArrayList<>(List.of(
                "./mvnw",
                "-B",
                "-q",
                "-ntp",
                "-Prelease",
                "-Dmaven.test.skip",
                "-Dspotless.check.skip",
                "-Dmaven.javadoc.skip",
                "-Dmaster-archive.skip"));
        command.addAll(List.of(more));
        command.add("package");
        RunningProcess maven = processes
                .command(command.toArray(String[]::new))
                .in(project)
                .env("JAVA_HOME", Jdks.running().home().toString())
                .start();
        assertThat(maven.awaitExit(BUILD)).as(maven::dump).isZero();
    }

    /** A file in {@code target}. */
    Path target(String name) {
        return project.resolve("target").resolve(name);
    }
}
