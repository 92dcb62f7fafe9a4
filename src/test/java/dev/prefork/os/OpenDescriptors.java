package dev.prefork.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** This process' own descriptors as /proc shows them, so that a test can say that none leaked. */
public final class OpenDescriptors {
    private OpenDescriptors() {}

    /** The sockets and pipes that are open now; files and jars that the JVM opens as it likes are left out. */
    public static Map<Integer, String> socketsAndPipes() {
        Map<Integer, String> open = new TreeMap<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            for (Path entry : entries.toList()) {
                String target = target(entry);
                if (target.startsWith("socket:") || target.startsWith("pipe:")) {
                    open.put(Integer.valueOf(entry.getFileName().toString()), target);
                }
            }
            return open;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The flags of open(2) that {@code fd} has, from /proc/self/fdinfo: status flags and close-on-exec. */
    public static int flags(int fd) {
        try {
            return Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd)).stream()
                    .filter(line -> line.startsWith("flags:"))
                    .map(line ->
                            Integer.parseInt(line.substring("flags:".length()).strip(), 8))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path entry) throws IOException {
        try {
            return Files.readSymbolicLink(entry).toString();
        } catch (NoSuchFileException closedMeanwhile) {
            return "";
        }
    }
}
