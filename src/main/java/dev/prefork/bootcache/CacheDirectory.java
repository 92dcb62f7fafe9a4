package dev.prefork.bootcache;

import dev.prefork.os.PrivateDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where archives are kept: a directory that only this user may enter, as its name has to be the same after a restart and so can be
 * guessed. What belongs to another user, or is a link, is never used. An archive is written under another name and renamed, and its
 * own name tells size and checksum: a JVM that maps a truncated archive is killed by SIGBUS (see mmap(2)). Several masters may
 * share it: a file that one removes lives on for those who have mapped it (unlink(2)). Immutable; any thread.
 */
record CacheDirectory(Path path, int user) {
    /** Of all keys together; each has some 40 MB. */
    static final int MOST_ARCHIVES = 4;

    /** What is left of a master that was killed: no archive takes longer to be made. */
    private static final Duration STALE = Duration.ofMinutes(30);

    private static final Pattern ARCHIVE = Pattern.compile("([0-9a-f]{16})-(\\d{1,15})-([0-9a-f]{8})\\.jsa");
    private static final Pattern UNFINISHED = Pattern.compile("[0-9a-f]{16}-[0-9a-f]{8}\\.(list|names|tmp)");
    private static final Pattern MARK = Pattern.compile("[0-9a-f]{16}-[0-9a-f]{8}\\." + Attempt.KIND);
    private static final int TYPE_AND_OTHERS = 0170077;
    private static final int DIRECTORY = 0040000;
    private static final int TYPE_AND_WRITERS = 0170022;
    private static final int REGULAR = 0100000;

    /** Below {@code parent}, which is made if only itself is missing. */
    static Path below(Path parent, int user) {
        return parent.resolve("prefork-boot-cache-" + user);
    }

    /** The user whose files this process makes and may use; see /proc/pid in proc(5). */
    static int thisUser() throws UnusableException {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw new UnusableException("/proc/self cannot be read, so the user is not known");
        }
    }

    /** Makes it if it is missing. */
    static CacheDirectory open(Path parent, int user) throws UnusableException {
        Path path = below(parent, user);
        try {
            make(parent);
            make(path);
            requireOwn(path, user);
            if (!Files.isWritable(path)) {
                throw new UnusableException(path + " cannot be written");
            }
        } catch (IOException e) {
            throw new UnusableException(
                    "no directory can be made in " + parent + " (" + PrivateDirectory.reason(e) + ")");
        }
        return new CacheDirectory(path, user);
    }

    /** As it is, or will be where it is missing: makes and removes nothing. */
    static CacheDirectory look(Path parent, int user) throws UnusableException {
        Path path = below(parent, user);
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            try {
                requireOwn(path, user);
            } catch (IOException e) {
                throw new UnusableException(path + " cannot be read (" + PrivateDirectory.reason(e) + ")");
            }
        }
        return new CacheDirectory(path, user);
    }

    private static void make(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            try {
                Files.createDirectory(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (FileAlreadyExistsException e) {
                // Another master was faster, or it is something else, which the next call will say.
                return;
            }
        }
    }

    private static void requireOwn(Path path, int user) throws IOException, UnusableException {
        Map<String, Object> found = Files.readAttributes(path, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
        if (((int) found.get("mode") & TYPE_AND_OTHERS) != DIRECTORY || (int) found.get("uid") != user) {
            throw new UnusableException(
                    path + " is not a directory that belongs to user " + user + " alone (mode 0700)");
        }
    }

    /** The newest archive for this key that is whole, which is marked as used; one that is not is removed. */
    Optional<Archive> find(String key, Consumer<String> warning) {
        Optional<Archive> found = search(key, warning, CacheDirectory::remove);
        found.ifPresent(archive -> touch(archive.file()));
        return found;
    }

    /** The same without any change. */
    Optional<Archive> peek(String key, Consumer<String> warning) {
        return search(key, warning, damaged -> {});
    }

    private Optional<Archive> search(String key, Consumer<String> warning, Consumer<Path> damaged) {
        for (Path file : newest(ARCHIVE)) {
            Matcher name = matcher(file);
            if (name.group(1).equals(key)) {
                try {
                    if (isOwn(file) && isWhole(file, name)) {
                        return Optional.of(new Archive(file, Files.size(file), true));
                    }
                    warning.accept(file + " is not whole or belongs to another user, so workers start without it");
                    damaged.accept(file);
                } catch (IOException e) {
                    warning.accept(
                            file + " cannot be read (" + PrivateDirectory.reason(e) + "), so workers start without it");
                }
            }
        }
        return Optional.empty();
    }

    /** Makes it the newest, so that it is not the next to be removed. */
    static void touch(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        } catch (IOException e) {
            // Then it only counts as older than it is.
            return;
        }
    }

    private boolean isOwn(Path file) throws IOException {
        Map<String, Object> found = Files.readAttributes(file, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
        return ((int) found.get("mode") & TYPE_AND_WRITERS) == REGULAR && (int) found.get("uid") == user;
    }

    private static boolean isWhole(Path file, Matcher name) throws IOException {
        return Files.size(file) == Long.parseLong(name.group(2))
                && Sums.of(file).equals(name.group(3));
    }

    /** A name for a file that this process makes, and that no other does. */
    Path unfinished(String key, String kind) {
        // Masters of several pods that share a volume all have the pid 1.
        return path.resolve(
                "%s-%08x.%s".formatted(key, ThreadLocalRandom.current().nextInt(), kind));
    }

    /** What an attempt to make an archive for this key has left, whose master was killed meanwhile. */
    Optional<Path> leftover(String key) {
        return files(MARK).stream()
                .filter(file -> key(file).equals(key))
                .filter(Attempt::isDead)
                .findFirst();
    }

    /** Makes a file that is complete the archive for this key, at one stroke; see rename(2). */
    Archive publish(Path complete, String key) throws IOException {
        long size = Files.size(complete);
        Path file = path.resolve(key + "-" + size + "-" + Sums.of(complete) + ".jsa");
        Files.move(complete, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        prune(file);
        return new Archive(file, size, true);
    }

    /** Removes the oldest archives beyond the limit. */
    private void prune(Path kept) {
        newest(ARCHIVE).stream()
                .filter(file -> !file.equals(kept))
                .skip(MOST_ARCHIVES - 1)
                .forEach(CacheDirectory::remove);
        removeStale();
    }

    /**
     * Removes what masters that were killed have left. What another one is making is younger; and the marks of attempts for keys that
     * no start asks for any more, such as after an update, grow older than others: of each of the newest keys one is kept. A mark
     * without a lock never gets one again. A start does this last, when it has touched what it looked for.
     */
    void removeStale() {
        Instant limit = Instant.now().minus(STALE);
        files(UNFINISHED).stream()
                .filter(file -> modified(file).toInstant().isBefore(limit))
                .forEach(CacheDirectory::remove);
        Set<String> keys = new HashSet<>();
        for (Path mark : newest(MARK)) {
            boolean another = !keys.add(key(mark));
            if ((another || keys.size() > MOST_ARCHIVES) && Attempt.isDead(mark)) {
                remove(mark);
            }
        }
    }

    private List<Path> newest(Pattern names) {
        return files(names).stream()
                .sorted(Comparator.comparing(CacheDirectory::modified).reversed())
                .toList();
    }

    private List<Path> files(Pattern names) {
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(
                            file -> names.matcher(file.getFileName().toString()).matches())
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            // It was removed while the pod runs; what fails while it is read is unchecked.
            return List.of();
        }
    }

    private static String key(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.indexOf('-'));
    }

    private static Matcher matcher(Path file) {
        Matcher name = ARCHIVE.matcher(file.getFileName().toString());
        if (!name.matches()) {
            throw new IllegalArgumentException(file + " does not name an archive");
        }
        return name;
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (NoSuchFileException e) {
            // Its directory is gone too.
            return;
        } catch (IOException e) {
            // A read-only file system: what is left does no harm.
            return;
        }
    }
}
