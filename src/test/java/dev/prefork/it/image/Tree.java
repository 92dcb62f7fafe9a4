package dev.prefork.it.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Directories as a whole. */
final class Tree {
    private Tree() {}

    /** Copies a file, or a directory with all that the predicate lets through. Links become what they lead to. */
    static void copy(Path from, Path to, Predicate<Path> wanted) {
        for (Path file : list(from)) {
            Path copy = to.resolve(from.relativize(file).toString());
            try {
                if (wanted.test(from.relativize(file)) && Files.exists(file)) {
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(copy);
                    } else {
                        Files.createDirectories(copy.getParent());
                        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot copy " + file, e);
            }
        }
    }

    static void copy(Path from, Path to) {
        copy(from, to, path -> true);
    }

    /** Gives all of it to one user, and the permissions of an octal number. */
    static void hand(Path root, int user, int group, String mode) throws IOException {
        int bits = Integer.parseInt(mode, 8);
        StringBuilder permissions = new StringBuilder();
        for (int bit = 8; bit >= 0; bit--) {
            permissions.append((bits >> bit & 1) == 0 ? '-' : "xwr".charAt(bit % 3));
        }
        for (Path file : list(root)) {
            Files.setAttribute(file, "unix:uid", user);
            Files.setAttribute(file, "unix:gid", group);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions.toString()));
        }
    }

    /** Every file with its size, the time of its last change and its owner. */
    static Map<String, String> picture(Path root) throws IOException {
        Map<String, String> picture = new TreeMap<>();
        for (Path file : list(root)) {
            Map<String, Object> facts =
                    Files.readAttributes(file, "unix:size,ctime,mode,uid", LinkOption.NOFOLLOW_LINKS);
            picture.put(root.relativize(file).toString(), new TreeMap<>(facts).toString());
        }
        return picture;
    }

    private static List<Path> list(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
