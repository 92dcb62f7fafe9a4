package dev.prefork.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** The classes of this package and of procfs where every user can read them: others may not enter a build directory. */
public final class EverybodysClasses {

    private EverybodysClasses() {}

    /** Copies them below {@code directory}, which is what to put on the class path. */
    public static Path copy(Path directory) {
        try {
            for (String room : List.of("dev/prefork/container", "dev/prefork/procfs")) {
                Path copy = Files.createDirectories(directory.resolve(room));
                for (Path classes : List.of(Path.of("target/classes"), Path.of("target/test-classes"))) {
                    try (Stream<Path> files = Files.list(classes.resolve(room))) {
                        for (Path file : files.filter(f -> f.toString().endsWith(".class"))
                                .toList()) {
                            Files.copy(file, copy.resolve(file.getFileName()));
                        }
                    }
                }
            }
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
