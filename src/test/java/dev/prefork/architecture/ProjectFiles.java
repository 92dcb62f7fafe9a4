package dev.prefork.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The files that belong to the project: what git tracks or would, or, in an unpacked archive, all but what is built. */
final class ProjectFiles {
    private static final Set<String> NOT_OURS = Set.of(".git", "target", ".idea", ".vscode");

    private ProjectFiles() {}

    /** All files that hold text, by their path from the top, which is the working directory of the tests. */
    static List<TextFile> all() {
        Path top = Path.of("").toAbsolutePath();
        List<Path> paths = Files.exists(top.resolve(".git")) ? tracked(top) : walk(top);
        return paths.stream()
                .filter(Files::isRegularFile)
                .map(path -> read(top, path))
                .toList();
    }

    private static List<Path> tracked(Path top) {
        try {
            // New files count before they are added; safe.directory, because a container's user may not own the clone.
            Process git = new ProcessBuilder(
                            "git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard")
                    .directory(top.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (git.waitFor() != 0) {
                throw new AssertionError("git cannot list the project's files");
            }
            return Pattern.compile("\0").splitAsStream(names).map(top::resolve).toList();
        } catch (IOException e) {
            return walk(top);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while git listed files", e);
        }
    }

    static List<Path> walk(Path top) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(top, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    boolean skipped = directory.getParent().equals(top)
                            && NOT_OURS.contains(directory.getFileName().toString());
                    return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    found.add(file);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static TextFile read(Path top, Path path) {
        try {
            // ISO 8859-1 takes any byte, so that a picture among the files is no error.
            return new TextFile(
                    top.relativize(path).toString(),
                    Files.readString(path, StandardCharsets.ISO_8859_1).lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
