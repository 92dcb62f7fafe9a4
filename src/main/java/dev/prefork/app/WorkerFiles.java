package dev.prefork.app;

import dev.prefork.config.Settings;
import dev.prefork.log.EventName;
import dev.prefork.os.PrivateDirectory;
import dev.prefork.os.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The private directory in which built-in workers keep their temporary files, each in one of its own: it removes what a worker that
 * was killed has left. Threading: for the main thread.
 */
final class WorkerFiles implements AutoCloseable {
    private final Optional<PrivateDirectory> directory;

    private WorkerFiles(Optional<PrivateDirectory> directory) {
        this.directory = directory;
    }

    /** Any other program has its own ways. Says in one line what is missing where none can be made. */
    static WorkerFiles of(Settings settings) {
        return settings.command().isEmpty() ? in(TemporaryDirectory.path()) : new WorkerFiles(Optional.empty());
    }

    static WorkerFiles in(Path temporary) {
        try {
            return new WorkerFiles(Optional.of(PrivateDirectory.in(temporary)));
        } catch (IOException e) {
            Console.info(
                    EventName.SETTINGS_WARNING,
                    "no directory can be made in " + temporary + " (" + PrivateDirectory.reason(e)
                            + "), so workers serve no static files from their class path and take no uploads; mount a writable"
                            + " volume there if they should");
            return new WorkerFiles(Optional.empty());
        }
    }

    Optional<Path> path() {
        return directory.map(PrivateDirectory::path);
    }

    @Override
    public void close() {
        directory.ifPresent(PrivateDirectory::remove);
    }
}
