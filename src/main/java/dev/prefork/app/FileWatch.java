package dev.prefork.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Notices when files change, by a look at them every second. Not by inotify(7), which knows nothing of network file systems, and
 * says of a mounted ConfigMap no more than that a link was renamed: the kubelet swaps the {@code ..data} link that all its files are
 * behind. A file counts by what it contains: a new file with the same content does not count.
 *
 * <p>Threading: one daemon thread of its own, on which the callback comes.
 */
final class FileWatch implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    /** Of a directory: one with more holds more than configuration. */
    private static final int MOST_FILES = 1000;

    private final Sampler sampler;
    private final Consumer<List<Path>> changed;
    private final List<Watched> watched;

    /**
     * Begins to look.
     *
     * @param paths files, or directories whose files count
     * @param changed is told of those that have changed, once each has been the same at two looks
     */
    FileWatch(List<Path> paths, Consumer<List<Path>> changed) {
        this(paths, changed, PERIOD);
    }

    FileWatch(List<Path> paths, Consumer<List<Path>> changed, Duration period) {
        this.changed = changed;
        watched = paths.stream().distinct().map(Watched::new).toList();
        sampler = Sampler.named("prefork-watch", "cannot read what --watch names", this::look);
        if (!paths.isEmpty()) {
            sampler.begin(period);
        }
    }

    private void look() {
        List<Path> found = watched.stream()
                .filter(Watched::hasChanged)
                .map(one -> one.path)
                .toList();
        if (!found.isEmpty()) {
            changed.accept(found);
        }
    }

    /** What tells one state of a file from another, without a look into it. */
    private record Stamp(Object inode, long modified, long size) {}

    private static final class Watched {
        private final Path path;
        private Map<Path, Stamp> seen;
        private boolean settled = true;
        private long content;

        Watched(Path path) {
            this.path = path;
            this.seen = stamps(path);
            this.content = content(seen);
        }

        boolean hasChanged() {
            Map<Path, Stamp> now = stamps(path);
            if (!now.equals(seen)) {
                // It may still be written, or be about to come back.
                seen = now;
                settled = false;
                return false;
            }
            if (settled || now.isEmpty()) {
                return false;
            }
            settled = true;
            long before = content;
            content = content(now);
            return content != before;
        }
    }

    /** Follows links: what counts is where they lead. */
    private static Map<Path, Stamp> stamps(Path path) {
        Map<Path, Stamp> found = new TreeMap<>();
        if (Files.isDirectory(path)) {
            try (Stream<Path> files = Files.list(path)) {
                files.sorted().limit(MOST_FILES).forEach(file -> stamp(file)
                        .ifPresent(stamp -> found.put(file, stamp)));
            } catch (IOException | UncheckedIOException e) {
                // It is gone at this moment; the next look tells.
                return Map.of();
            }
        } else {
            stamp(path).ifPresent(stamp -> found.put(path, stamp));
        }
        return found;
    }

    private static Optional<Stamp> stamp(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.isRegularFile()
                    ? Optional.of(new Stamp(
                            attributes.fileKey(), attributes.lastModifiedTime().toMillis(), attributes.size()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static long content(Map<Path, Stamp> files) {
        CRC32C sum = new CRC32C();
        files.keySet().forEach(file -> {
            sum.update(file.toString().getBytes(StandardCharsets.UTF_8));
            try (InputStream in = Files.newInputStream(file)) {
                byte[] buffer = new byte[8192];
                for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                    sum.update(buffer, 0, read);
                }
            } catch (IOException e) {
                // What cannot be read now counts as other than what could be.
                sum.update(-1);
            }
        });
        return sum.getValue();
    }

    @Override
    public void close() {
        sampler.close();
    }
}
