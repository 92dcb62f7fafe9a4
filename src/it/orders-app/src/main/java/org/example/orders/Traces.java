package org.example.orders;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What ran in which process: a file for each part of the application, with a line for each time. */
@Singleton
class Traces {
    @ConfigProperty(name = "orders.traces")
    Path directory;

    void leave(String part) {
        try {
            String line = ProcessHandle.current().pid() + "\n";
            Files.writeString(
                    directory.resolve(part), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
