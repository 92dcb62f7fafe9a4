package dev.prefork.app;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {
    private static final Duration SHORT = Duration.ofMillis(5);

    @TempDir
    Path directory;

    private Path file;
    private Path marker;
    private final List<List<Path>> tellings = new CopyOnWriteArrayList<>();

    @BeforeEach
    void twoFiles() throws IOException {
        file = Files.writeString(directory.resolve("app.conf"), "one");
        marker = Files.writeString(directory.resolve("marker"), "0");
    }

    private FileWatch watch(Path... paths) {
        List<Path> all = new ArrayList<>(List.of(paths));
        all.add(marker);
        return new FileWatch(all, tellings::add, SHORT);
    }

    /** Until a change that was made now would have been told of, and so would all before it. */
    private void settle() throws IOException {
        long seen = markers();
        for (int i = 0; i < 2; i++) {
            Files.writeString(marker, Files.readString(marker) + i);
            long wanted = ++seen;
            await().until(() -> markers() == wanted);
        }
    }

    private long markers() {
        return tellings.stream().filter(one -> one.contains(marker)).count();
    }

    private List<Path> told() {
        return tellings.stream()
                .flatMap(List::stream)
                .filter(path -> !path.equals(marker))
                .toList();
    }

    @Test
    void anotherContentIsToldOnce() throws IOException {
        try (FileWatch watch = watch(file)) {
            settle();
            assertThat(told()).isEmpty();

            Files.writeString(file, "two");
            await().until(() -> !told().isEmpty());
            settle();

            assertThat(told()).containsExactly(file);
        }
    }

    @Test
    void theSameContentIsNone() throws IOException {
        try (FileWatch watch = watch(file)) {
            Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
            settle();
            Path copy = Files.writeString(directory.resolve("copy"), "one");
            Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
            settle();

            assertThat(told()).isEmpty();
        }
    }

    @Test
    void oneThatIsGoneIsToldWhenItIsBack() throws IOException {
        try (FileWatch watch = watch(file)) {
            Files.delete(file);
            settle();
            assertThat(told()).as("with nothing to read").isEmpty();

            Files.writeString(file, "two");
            await().until(() -> told().equals(List.of(file)));
        }
    }

    /** As the kubelet does it: see AtomicWriter in Kubernetes' source. */
    @Test
    void aMountedConfigMapIsToldOnceHoweverManyFilesItHas() throws IOException {
        Path mount = Files.createDirectory(directory.resolve("mount"));
        version(mount, "1");
        for (String name : List.of("a", "b")) {
            Files.createSymbolicLink(mount.resolve(name), Path.of("..data", name));
        }
        try (FileWatch watch = watch(mount, mount.resolve("a"), mount.resolve("..data"))) {
            settle();
            assertThat(told()).isEmpty();

            version(mount, "2");
            await().until(() -> told().size() == 3);
            settle();

            assertThat(told()).containsExactlyInAnyOrder(mount, mount.resolve("a"), mount.resolve("..data"));
        }
    }

    private static void version(Path mount, String name) throws IOException {
        Path data = Files.createDirectory(mount.resolve("..version" + name));
        for (String file : List.of("a", "b")) {
            Files.writeString(data.resolve(file), name);
        }
        Path link = Files.createSymbolicLink(mount.resolve("..data_tmp"), data.getFileName());
        Files.move(link, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void aFileMoreInADirectoryIsAChange() throws IOException {
        Path conf = Files.createDirectory(directory.resolve("conf.d"));
        try (FileWatch watch = watch(conf)) {
            settle();
            Files.writeString(conf.resolve("extra"), "");

            await().until(() -> told().equals(List.of(conf)));
        }
    }
}
