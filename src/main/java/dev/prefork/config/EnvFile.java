package dev.prefork.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file of variables for workers, as it was when it was read. Immutable. docs/CONFIGURATION.md describes the format. */
record EnvFile(Path path, List<Assignment> variables) {
    /** execve(2) takes less than that. */
    private static final long LARGEST = 1 << 20;

    /** A blank line, a comment, or an assignment, whose quoted value may go on for several lines. */
    private static final Pattern ENTRY = Pattern.compile("""
            \\h*(?:\\#[^\\n]*
            |(?:export\\h+)?(?<name>[^=\\s]+)=\\h*
              (?:'(?<single>[^']*+)'\\h*|"(?<double>(?:[^"\\\\]++|\\\\.)*+)"\\h*|(?<plain>(?:[^'"\\s][^\\n]*)?))
            )?(?:\\n|\\z)""", Pattern.COMMENTS | Pattern.DOTALL);

    /** Reads it; an IllegalArgumentException says what is wrong, under its path. */
    static EnvFile read(String name) {
        Path path = Path.of(name);
        try {
            // A pipe or a device may never end.
            if (Files.exists(path) && !Files.isRegularFile(path) || Files.size(path) > LARGEST) {
                throw new IllegalArgumentException(name
                        + " is not a regular file of at most 1 MiB; name one with a line NAME=VALUE for each variable");
            }
            return new EnvFile(path, parse(Files.readString(path).replace("\r\n", "\n")));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    name + " does not exist, and workers would lack its variables; mount it, or correct the path");
        } catch (IOException e) {
            throw new IllegalArgumentException(name + " cannot be read as UTF-8 text: " + e + "; correct or remove it");
        }
    }

    /** In their order; an IllegalArgumentException names the line. */
    static List<Assignment> parse(String text) {
        List<Assignment> found = new ArrayList<>();
        Matcher entry = ENTRY.matcher(text);
        for (int at = 0; at < text.length(); at = entry.end()) {
            long line = text.substring(0, at).chars().filter(c -> c == '\n').count() + 1;
            if (!entry.region(at, text.length()).lookingAt()) {
                throw new IllegalArgumentException(
                        "line " + line
                                + " is not NAME=VALUE, or its quotation mark is not closed at the end; correct it, or comment it out with #");
            }
            if (entry.group("name") != null) {
                try {
                    found.add(new Assignment(entry.group("name"), value(entry)));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("line " + line + ": " + e.getMessage());
                }
            }
        }
        return List.copyOf(found);
    }

    private static String value(Matcher entry) {
        return Optional.ofNullable(entry.group("double"))
                .map(quoted -> quoted.replaceAll("\\\\([\\\\\"$`])", "$1"))
                .or(() -> Optional.ofNullable(entry.group("single")))
                .orElseGet(() -> entry.group("plain").strip());
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
