package dev.prefork.app;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.log.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileWatchTest {
    private static final Duration SHORT = Duration.ofMillis(5);

    @TempDir
    Path directory;

    private Path file;
    private Path marker;
    private final List<List<Path>> tellings = new CopyOnWriteArrayList<>();
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @BeforeEach
    void twoFiles() throws IOException {
        file = Files.writeString(directory.resolve("app.conf"), "one");
        marker = Files.writeString(directory.resolve("marker"), "0");
    }

    private FileWatch watch(Path... paths) {
        List<Path> all = new ArrayList<>(List.of(paths));
        all.add(marker);
        return new FileWatch(all, tellings::add, line -> lines.add(line.level() + " " + line), SHORT);
    }

    /** Until a change that was made now would have been told of, and so would all before it. */
    private void settle() throws IOException {
        long seen = markers();
        for (int i = 0; i < 2; i++) {
            write(marker, Files.readString(marker) + i);
            long wanted = ++seen;
            await().until(() -> markers() == wanted);
        }
    }

    /** At once: a file that is truncated first may be seen to change twice. */
    private void write(Path target, String text) throws IOException {
        Files.move(Files.writeString(directory.resolve("next"), text), target, StandardCopyOption.ATOMIC_MOVE);
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

            write(file, "two");
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
            assertThat(lines)
                    .containsExactly(
                            "WARN --watch " + file + ": it does not exist, so no change is noticed and workers stay as"
                                    + " they are; mount it again, or send SIGHUP for a reload");

            write(file, "two");
            await().until(() -> told().equals(List.of(file)));
            assertThat(lines).hasSize(2).last().isEqualTo("INFO --watch " + file + " is watched again as a whole");
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

    @Test
    void oneThatIsBackWithTheSameContentHasNotChanged() throws IOException {
        try (FileWatch watch = watch(file)) {
            Files.delete(file);
            await().until(() -> lines.size() == 1);
            write(file, "one");
            await().until(() -> lines.size() == 2);
            settle();

            assertThat(told()).isEmpty();
        }
    }

    /** Reading the first is an error (EIO), and the other is not even root's to open (EACCES). */
    @ParameterizedTest
    @ValueSource(strings = {"/proc/self/mem", "/proc/sys/net/ipv4/route/flush"})
    void whatCannotBeReadIsSaidOnceAndIsNotAChange(String unreadable) throws IOException {
        try (FileWatch watch = watch(file)) {
            replace(unreadable);
            settle();
            settle();
            assertThat(told()).isEmpty();
            assertThat(lines)
                    .containsExactly(
                            "WARN --watch " + file + ": it cannot be read, so no change is noticed and workers stay"
                                    + " as they are; let the master's user read it, or check the file system");

            replace(Files.writeString(directory.resolve("two"), "two").toString());
            await().until(() -> told().equals(List.of(file)));
            assertThat(lines).hasSize(2).last().isEqualTo("INFO --watch " + file + " is watched again as a whole");
        }
    }

    private void replace(String target) throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of(target));
        Files.move(link, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A FIFO would keep its reader waiting. */
    @Test
    void whatIsNotAFileIsNotRead() throws Exception {
        try (FileWatch watch = watch(file)) {
            Files.delete(file);
            assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                    .isZero();
            settle();

            assertThat(told()).isEmpty();
            assertThat(lines).isNotEmpty().last().asString().contains("neither a regular file nor a directory");
        }
    }

    @Test
    void ofACrowdedDirectoryTheFirstFilesCountAndThatIsSaid() throws IOException {
        Path crowd = Files.createDirectory(directory.resolve("crowd"));
        for (int i = 0; i <= FileStamps.MOST_FILES; i++) {
            Files.createFile(crowd.resolve("%04d".formatted(i)));
        }
        try (FileWatch watch = watch(crowd)) {
            Files.writeString(crowd.resolve("0000"), "two");
            await().until(() -> told().equals(List.of(crowd)));
            await().until(() -> lines.size() == 1);
            assertThat(lines.get(0)).startsWith("WARN --watch " + crowd + ": it has more than 1000 files, so changes");

            Files.delete(crowd.resolve("%04d".formatted(FileStamps.MOST_FILES)));
            await().until(() -> lines.size() == 2);
            assertThat(lines.get(1)).endsWith("is watched again as a whole");
            assertThat(told()).as("what went did not count").containsExactly(crowd);
        }
    }

    /** As a log file, or one that a program writes its pid into. */
    @Test
    void aFileThatIsWrittenAllTheTimeDoesNotHideTheOthers() throws Exception {
        Path conf = Files.createDirectory(directory.resolve("conf.d"));
        Path other = Files.writeString(conf.resolve("app.conf"), "one");
        Path log = Files.writeString(conf.resolve("app.log"), "");
        WatchedPath watched = new WatchedPath(conf);
        for (int look = 0; look < WatchedPath.BUSY_LOOKS; look++) {
            Files.writeString(log, "x", StandardOpenOption.APPEND);
            assertThat(watched.hasChanged(this::keep)).isFalse();
        }
        assertThat(lines)
                .containsExactly(
                        "WARN --watch " + conf + ": app.log is written all the time, so that it counts as changed"
                                + " only when it rests for a second; keep logs and the like elsewhere, or watch the other files"
                                + " by name");

        Files.writeString(other, "two!");
        List<Boolean> changed = new ArrayList<>();
        for (int look = 0; look < 4; look++) {
            Files.writeString(log, "x", StandardOpenOption.APPEND);
            changed.add(watched.hasChanged(this::keep));
        }
        assertThat(changed).as("at its second look, and once").containsExactly(false, true, false, false);

        assertThat(watched.hasChanged(this::keep)).as("the log rests").isTrue();
        assertThat(watched.hasChanged(this::keep)).isFalse();
        assertThat(lines).as("said once").hasSize(1);
    }

    /** All files of one change are told of at once, as long as each of them comes to rest. */
    @Test
    void aFileThatIsStillWrittenHoldsUpTheOthersForAWhile() throws IOException {
        Path conf = Files.createDirectory(directory.resolve("conf.d"));
        Path slow = Files.writeString(conf.resolve("slow"), "");
        Path quick = Files.writeString(conf.resolve("quick"), "one");
        WatchedPath watched = new WatchedPath(conf);
        Files.writeString(quick, "two!");
        for (int look = 1; look < WatchedPath.BUSY_LOOKS; look++) {
            Files.writeString(slow, "x", StandardOpenOption.APPEND);
            assertThat(watched.hasChanged(this::keep)).isFalse();
        }

        assertThat(watched.hasChanged(this::keep)).isTrue();
        assertThat(watched.hasChanged(this::keep)).isFalse();
        assertThat(lines).isEmpty();
    }

    private void keep(Entry line) {
        lines.add(line.level() + " " + line);
    }

    @Test
    void anEntryThatCannotBeReadDoesNotHideTheOthers() throws IOException {
        Path conf = Files.createDirectory(directory.resolve("conf.d"));
        Path other = Files.writeString(conf.resolve("app.conf"), "one");
        Path circle = Files.createSymbolicLink(conf.resolve("circle"), Path.of("circle"));
        try (FileWatch watch = watch(conf)) {
            settle();
            assertThat(lines)
                    .containsExactly(
                            "WARN --watch " + conf + ": circle cannot be read, so no change of it is noticed; let"
                                    + " the master's user read it, or take it away");
            write(other, "two");
            await().until(() -> told().equals(List.of(conf)));

            Files.delete(circle);
            await().until(() -> lines.size() == 2);
            settle();
            assertThat(told()).as("it had no content").containsExactly(conf);
            assertThat(lines).last().isEqualTo("INFO --watch " + conf + " is watched again as a whole");
        }
    }

    /** Reading this one is an error (EIO), as for root may be what others may not read. */
    @Test
    void norDoesOneThatCanBeLookedAtButNotRead() throws IOException {
        Path conf = Files.createDirectory(directory.resolve("conf.d"));
        Path other = Files.writeString(conf.resolve("app.conf"), "one");
        Files.createSymbolicLink(conf.resolve("memory"), Path.of("/proc/self/mem"));
        try (FileWatch watch = watch(conf)) {
            settle();
            assertThat(lines).singleElement().asString().contains(": memory cannot be read, so no change of it");
            write(other, "two");
            await().until(() -> told().equals(List.of(conf)));
            settle();
            assertThat(told()).containsExactly(conf);
        }
    }

    /** As where something was mounted, and is about to be again. */
    @Test
    void aDirectoryThatHasBecomeEmptyHasNotChanged() throws IOException {
        Path conf = Files.createDirectory(directory.resolve("conf.d"));
        Path only = Files.writeString(conf.resolve("only"), "one");
        try (FileWatch watch = watch(conf)) {
            Files.delete(only);
            settle();
            assertThat(told()).isEmpty();

            write(only, "one");
            settle();
            assertThat(told()).isEmpty();
            write(only, "two");
            await().until(() -> told().equals(List.of(conf)));
        }
    }
}
