package dev.prefork.quarkus.worker;

import dev.prefork.os.PrivateDirectory;
import dev.prefork.os.TemporaryDirectory;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a worker's Quarkus keeps temporary files: in a private directory. Its own defaults are vertx-cache, which it opens to
 * every user, and uploads, both below a temporary directory that others may share and fill beforehand.
 *
 * <p>Threading: any thread. The configuration is built more than once, so the directory is the process'.
 */
final class TemporaryFiles {
    /** Nothing can be made there, see ENOTDIR in open(2): an upload fails, rather than go where it can be guessed. */
    private static final String NOWHERE = "/dev/null/uploads";

    private static Optional<PrivateDirectory> ofThisProcess = Optional.empty();

    private TemporaryFiles() {}

    /** What the configuration says about such files unless the user says otherwise; to be ranked below the user's settings. */
    static Map<String, String> defaults(ConfigSourceContext context) {
        boolean elsewhere = Stream.of(context.getValue("quarkus.vertx.cache-directory"))
                        .filter(Objects::nonNull)
                        .map(ConfigValue::getValue)
                        .anyMatch(Objects::nonNull)
                || System.getProperty("vertx.cacheDirBase") != null;
        return defaults(directory(), elsewhere);
    }

    /** @param elsewhere whether the user has named a place for the cache */
    static Map<String, String> defaults(Optional<Path> directory, boolean elsewhere) {
        return directory
                .map(path -> Map.of(
                        // Vert.x makes it for its user alone, and removes it when it closes.
                        "quarkus.vertx.cache-directory", path.resolve("vertx").toString(),
                        "quarkus.http.body.uploads-directory",
                                path.resolve("uploads").toString()))
                .orElseGet(() -> elsewhere
                        ? Map.of("quarkus.http.body.uploads-directory", NOWHERE)
                        : Map.of(
                                "quarkus.http.body.uploads-directory", NOWHERE,
                                "quarkus.vertx.classpath-resolving", "false",
                                "quarkus.vertx.caching", "false"));
    }

    /** This process' own; empty where none can be made. */
    private static synchronized Optional<Path> directory() {
        if (ofThisProcess.isEmpty()) {
            ofThisProcess = places().flatMap(TemporaryFiles::madeIn).findFirst();
        }
        return ofThisProcess.map(PrivateDirectory::path);
    }

    /** The master's first, which removes what a killed worker leaves. */
    private static Stream<Path> places() {
        return Stream.concat(
                Optional.ofNullable(System.getProperty(PrivateDirectory.PROPERTY)).map(Path::of).stream(),
                Stream.of(TemporaryDirectory.path()));
    }

    private static Stream<PrivateDirectory> madeIn(Path place) {
        try {
            return Stream.of(PrivateDirectory.in(place));
        } catch (IOException e) {
            // The master has said so.
            return Stream.empty();
        }
    }

    /** To be called when nothing is served any more. */
    static synchronized void remove() {
        ofThisProcess.ifPresent(PrivateDirectory::remove);
        ofThisProcess = Optional.empty();
    }
}
