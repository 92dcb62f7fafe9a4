package dev.prefork.app;

import dev.prefork.log.EventName;
import dev.prefork.log.Log;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A file, or a directory whose files count, as it was at the last looks. What cannot be read has not changed: the last content that
 * could be is what the next one is compared with. Not thread-safe.
 */
final class WatchedPath {
    /** A file that is different at so many looks in a row is written all the time: the others do not wait for it to rest. */
    static final int BUSY_LOOKS = 10;

    private final Path path;
    private FileStamps seen;

    /** A sum of what each file contains. */
    private Map<Path, Long> contents = Map.of();

    /** At how many looks in a row these were different. */
    private Map<Path, Integer> restless = Map.of();

    private Set<Path> busy = Set.of();
    private final Set<Path> saidBusy = new HashSet<>();
    private boolean settled;
    private Optional<Path> unread = Optional.empty();
    private Optional<String> said = Optional.empty();

    WatchedPath(Path path) {
        this.path = path;
        this.seen = FileStamps.of(path);
        read();
    }

    Path path() {
        return path;
    }

    /** Whether it contains something else than before, and all of it that ever rests has been the same at two looks. */
    boolean hasChanged(Log log) {
        FileStamps now = FileStamps.of(path);
        follow(now);
        seen = now;
        if (!busy.containsAll(restless.keySet())) {
            // It may still be written, or be about to come back.
            settled = false;
            return false;
        }
        Map<Path, Long> before = contents;
        if (!settled) {
            read();
        }
        busy.stream()
                .filter(saidBusy::add)
                .forEach(file -> log.warn(EventName.WATCH, "--watch " + path + ": " + writes(file)));
        say(log, now.obstacle().or(() -> unread.map(this::unreadable)));
        return !contents.equals(before);
    }

    private void follow(FileStamps now) {
        Map<Path, Integer> looks = new HashMap<>();
        now.differingFrom(seen).forEach(file -> looks.put(file, restless.getOrDefault(file, 0) + 1));
        restless = looks;
        Set<Path> written = new HashSet<>();
        looks.forEach((file, count) -> {
            if (count >= BUSY_LOOKS) {
                written.add(file);
            }
        });
        settled &= written.equals(busy);
        busy = written;
    }

    private void read() {
        unread = Optional.empty();
        if (!seen.isComplete()) {
            settled = false;
            return;
        }
        Set<Path> files = new TreeSet<>(seen.files().keySet());
        files.addAll(seen.skipped());
        Map<Path, Long> sums = new TreeMap<>();
        for (Path file : files) {
            boolean reads = !busy.contains(file) && !seen.skipped().contains(file);
            OptionalLong sum = reads ? FileStamps.content(file) : OptionalLong.empty();
            Optional.ofNullable(contents.get(file)).ifPresent(before -> sums.put(file, before));
            sum.ifPresent(value -> sums.put(file, value));
            if (reads && sum.isEmpty()) {
                unread = Optional.of(file);
            }
        }
        contents = sums;
        settled = unread.isEmpty();
    }

    private String unreadable(Path file) {
        return file.equals(path) ? FileStamps.UNREADABLE : FileStamps.unreadable(file);
    }

    private String writes(Path file) {
        return (file.equals(path) ? "it" : file.getFileName())
                + " is written all the time, so that it counts as changed only when it rests for a second; "
                + (file.equals(path)
                        ? "watch another file"
                        : "keep logs and the like elsewhere, or watch the other files by name");
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
