package dev.prefork.app;

import dev.prefork.log.Log;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Notices when files change, by a look at them every second. Not by inotify(7), which knows nothing of network file systems, and
 * says of a mounted ConfigMap no more than that a link was renamed: the kubelet swaps the {@code ..data} link that all its files are
 * behind. A file counts by what it contains: a new file with the same content does not count.
 *
 * <p>Threading: one daemon thread of its own, on which the callbacks come.
 */
final class FileWatch implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Sampler sampler;
    private final Consumer<List<Path>> changed;
    private final Log log;
    private final List<WatchedPath> watched;

    /**
     * Begins to look.
     *
     * @param paths files, or directories whose files count
     * @param changed is told of those that have changed, once each has been the same at two looks
     * @param log is told of those that cannot be read, once, and once when they can
     */
    FileWatch(List<Path> paths, Consumer<List<Path>> changed, Log log) {
        this(paths, changed, log, PERIOD);
    }

    FileWatch(List<Path> paths, Consumer<List<Path>> changed, Log log, Duration period) {
        this.changed = changed;
        this.log = log;
        watched = paths.stream().distinct().map(WatchedPath::new).toList();
        sampler = Sampler.named("prefork-watch", "cannot read what --watch names", this::look);
        if (!paths.isEmpty()) {
            sampler.begin(period);
        }
    }

    private void look() {
        List<Path> found = watched.stream()
                .filter(one -> one.hasChanged(log))
                .map(WatchedPath::path)
                .toList();
        if (!found.isEmpty()) {
            changed.accept(found);
        }
    }

    @Override
    public void close() {
        sampler.close();
    }
}
