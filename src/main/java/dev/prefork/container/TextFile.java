package dev.prefork.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Files of the kernel's, read so that a missing, unreadable or odd one is merely absent. Stateless; any thread. */
public final class TextFile {

    private TextFile() {}

    /** All lines; none if the file cannot be read. */
    public static List<String> lines(Path file) {
        try {
            // A character set that maps every byte: garbage must not raise an exception.
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The first line without surrounding blanks; absent if there is none or nothing in it. */
    static Optional<String> firstLine(Path file) {
        return lines(file).stream().findFirst().map(String::strip).filter(line -> !line.isEmpty());
    }
}
