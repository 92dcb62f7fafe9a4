package dev.prefork.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * What tells one state of a file, or of the files of a directory, from another without a look into them. Links are followed: what counts is
 * where they lead. Immutable.
 *
 * @param skipped entries of a directory that cannot be looked at, such as links in a circle: what they contained last is what they contain
 * @param isComplete whether there is a content to compare
 * @param obstacle what keeps some of it from being watched, what follows from that, and what to do
 */
record FileStamps(Map<Path, Stamp> files, Set<Path> skipped, boolean isComplete, Optional<String> obstacle) {
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
        return new FileStamps(Map.of(), Set.of(), false, Optional.of(obstacle));
    }

    /** As they are now. */
    static FileStamps of(Path path) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                return ofDirectory(path);
            }
            return attributes.isRegularFile()
                    ? new FileStamps(Map.of(path, Stamp.of(attributes)), Set.of(), true, Optional.empty())
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
        Set<Path> skipped = new TreeSet<>();
        for (Path file : names.subList(0, Math.min(names.size(), MOST_FILES))) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                if (attributes.isRegularFile()) {
                    found.put(file, Stamp.of(attributes));
                }
            } catch (NoSuchFileException e) {
                // It has gone since the directory was read, or is a link that leads nowhere.
                continue;
            } catch (IOException e) {
                skipped.add(file);
            }
        }
        // Without one it may be the place of a mount that is about to come back.
        return new FileStamps(
                found,
                skipped,
                !found.isEmpty(),
                Optional.of(CROWDED)
                        .filter(crowded -> names.size() > MOST_FILES)
                        .or(() -> skipped.stream().findFirst().map(FileStamps::unreadable)));
    }

    /** What does not make the others unreadable. */
    static String unreadable(Path file) {
        return file.getFileName()
                + " cannot be read, so no change of it is noticed; let the master's user read it, or take it away";
    }

    /** Files that are not there in both, or are not the same. */
    Set<Path> differingFrom(FileStamps before) {
        Set<Path> all = new TreeSet<>(files.keySet());
        all.addAll(before.files.keySet());
        all.removeIf(file -> Objects.equals(files.get(file), before.files.get(file)));
        return all;
    }

    /** A sum of what a file contains now; empty where that cannot be read. */
    static OptionalLong content(Path file) {
        CRC32C sum = new CRC32C();
        try {
            add(file, sum);
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
