package dev.prefork.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * What tells one state of a file, or of the files of a directory, from another without a look into them. Links are followed: what counts is
 * where they lead. Immutable.
 *
 * @param isComplete whether there is a content to compare
 * @param obstacle what keeps some of it from being watched, what follows from that, and what to do
 */
record FileStamps(Map<Path, Stamp> files, boolean isComplete, Optional<String> obstacle) {
    /** Of a directory: one with more holds more than configuration. */
    static final int MOST_FILES = 1000;

    private static final String CONSEQUENCE = ", so no change is noticed and workers stay as they are; ";
    private static final String GONE =
            "it does not exist" + CONSEQUENCE + "mount it again, or send SIGHUP for a reload";

    /** What is there, but not to be read. */
    static final String UNREADABLE =
            "it cannot be read" + CONSEQUENCE + "let the master's user read it, or check the file system";

    private static final String OTHER =
            "it is neither a regular file nor a directory" + CONSEQUENCE + "put a regular file in its place";
    private static final String CROWDED = "it has more than " + MOST_FILES
            + " files, so changes are noticed in the first " + MOST_FILES
            + " by name only; name the files one by one, or a directory with nothing else in it";

    /** Of one file. */
    record Stamp(Object inode, long modified, long size) {
        static Stamp of(BasicFileAttributes file) {
            return new Stamp(file.fileKey(), file.lastModifiedTime().toMillis(), file.size());
        }
    }

    private static FileStamps missing(String obstacle) {
        return new FileStamps(Map.of(), false, Optional.of(obstacle));
    }

    /** As they are now. */
    static FileStamps of(Path path) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                return ofDirectory(path);
            }
            return attributes.isRegularFile()
                    ? new FileStamps(Map.of(path, Stamp.of(attributes)), true, Optional.empty())
                    : missing(OTHER);
        } catch (NoSuchFileException e) {
            return missing(GONE);
        } catch (IOException | UncheckedIOException e) {
            return missing(UNREADABLE);
        }
    }

    private static FileStamps ofDirectory(Path directory) throws IOException {
        List<Path> names;
        try (Stream<Path> files = Files.list(directory)) {
            names = files.sorted().toList();
        }
        Map<Path, Stamp> found = new TreeMap<>();
        for (Path file : names.subList(0, Math.min(names.size(), MOST_FILES))) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                if (attributes.isRegularFile()) {
                    found.put(file, Stamp.of(attributes));
                }
            } catch (NoSuchFileException e) {
                // It has gone since the directory was read, or is a link that leads nowhere.
                continue;
            }
        }
        // Without one it may be the place of a mount that is about to come back.
        return new FileStamps(
                found, !found.isEmpty(), Optional.of(CROWDED).filter(crowded -> names.size() > MOST_FILES));
    }

    /** A sum of what the files contain now; empty where that cannot be read. */
    OptionalLong content() {
        CRC32C sum = new CRC32C();
        try {
            for (Path file : files.keySet()) {
                sum.update(file.toString().getBytes(StandardCharsets.UTF_8));
                add(file, sum);
            }
        } catch (IOException e) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(sum.getValue());
    }

    private static void add(Path file, CRC32C sum) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[8192];
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                sum.update(buffer, 0, read);
            }
        }
    }
}
