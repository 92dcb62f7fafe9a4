package dev.prefork.it;

import java.nio.file.Files;
import java.nio.file.Path;

/** What {@code mvn package} built: the jar that users run. */
public final class PackagedJar {
    private PackagedJar() {}

    /** The runnable jar; fails with the remedy when it has not been built. */
    public static Path path() {
        Path jar = Path.of(System.getProperty("prefork.jar", "target/quarkus-app/quarkus-run.jar"))
                .toAbsolutePath();
        if (!Files.isRegularFile(jar)) {
            throw new AssertionError(jar + " does not exist, so there is nothing to test: run mvn package first");
        }
        return jar;
    }
}
