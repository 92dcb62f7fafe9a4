package dev.prefork.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A directory that no other user may enter, with a random name: what libraries put into it under names that can be guessed
 * cannot be there already, be a link to elsewhere, or be read by others. That holds where the directory around it has the sticky
 * bit, as /tmp has, or is this user's; see unlink(2). Immutable; any thread.
 */
public record PrivateDirectory(Path path) {
    /** The system property by which a built-in worker learns the master's. */
    public static final String PROPERTY = "dev.prefork.directory";

    /**
     * Makes one as mkdtemp(3) does: mkdir(2) follows no link and fails for what exists, and another random name is tried then.
     *
     * @throws IOException if that is not possible, as with a read-only or full file system
     */
    public static PrivateDirectory in(Path directory) throws IOException {
        // Its mode is 0700 less the umask.
        return new PrivateDirectory(Files.createTempDirectory(directory, "prefork-"));
    }

    /** Why none could be made, for a line of the log. */
    public static String reason(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "it does not exist";
        }
        if (failure instanceof AccessDeniedException) {
            return "Permission denied";
        }
        String reason = failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
        return reason == null ? failure.getClass().getSimpleName() : reason;
    }

    /** Removes it with all that is in it, as far as that is possible; follows no link. */
    public void remove() {
        try {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    return delete(file);
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    // Another process may be removing its own part.
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException failure) {
                    return delete(directory);
                }
            });
        } catch (IOException e) {
            // None of the above throws any.
            throw new UncheckedIOException(e);
        }
    }

    /** A worker's child that outlived it may still write: what is left does no harm. */
    private static FileVisitResult delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // Goes on with the rest.
            return FileVisitResult.CONTINUE;
        }
        return FileVisitResult.CONTINUE;
    }
}
