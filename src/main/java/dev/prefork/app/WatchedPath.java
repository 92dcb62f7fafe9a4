package dev.prefork.app;

import dev.prefork.log.EventName;
import dev.prefork.log.Log;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file, or a directory whose files count, as it was at the last looks. What cannot be read has not changed: the last content that
 * could be is what the next one is compared with. Not thread-safe.
 */
final class WatchedPath {
    private final Path path;
    private FileStamps seen;
    private OptionalLong content;
    private boolean settled;
    private Optional<String> said = Optional.empty();

    WatchedPath(Path path) {
        this.path = path;
        this.seen = FileStamps.of(path);
        this.content = contentOf(seen);
        this.settled = content.isPresent();
    }

    Path path() {
        return path;
    }

    /** Whether it contains something else than before, and has been the same at two looks. */
    boolean hasChanged(Log log) {
        FileStamps now = FileStamps.of(path);
        if (!now.equals(seen)) {
            // It may still be written, or be about to come back.
            seen = now;
            settled = false;
            return false;
        }
        OptionalLong before = content;
        if (!settled) {
            OptionalLong read = contentOf(now);
            settled = read.isPresent();
            content = settled ? read : content;
        }
        boolean unread = now.isComplete() && !settled;
        say(log, now.obstacle().or(() -> unread ? Optional.of(FileStamps.UNREADABLE) : Optional.empty()));
        return !content.equals(before);
    }

    private static OptionalLong contentOf(FileStamps files) {
        return files.isComplete() ? files.content() : OptionalLong.empty();
    }

    private void say(Log log, Optional<String> obstacle) {
        if (obstacle.isPresent() && !obstacle.equals(said)) {
            log.warn(EventName.WATCH, "--watch " + path + ": " + obstacle.get());
        } else if (obstacle.isEmpty() && said.isPresent()) {
            log.info(EventName.WATCH, "--watch " + path + " is watched again as a whole");
        }
        said = obstacle;
    }
}
