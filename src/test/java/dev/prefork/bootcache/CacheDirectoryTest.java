package dev.prefork.bootcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheDirectoryTest {
    private static final String KEY = "0123456789abcdef";

    @TempDir
    private Path parent;

    private final List<String> warnings = new ArrayList<>();
    private CacheDirectory directory;

    @BeforeEach
    void open() throws UnusableException {
        directory = CacheDirectory.open(parent, CacheDirectory.thisUser());
    }

    @Test
    void isForItsUserAlone() throws IOException, UnusableException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
                .isEqualTo("rwx------");
        assertThat(CacheDirectory.open(parent, CacheDirectory.thisUser())).isEqualTo(directory);
    }

    @Test
    void findsWhatWasPublishedForTheSameKeyOnly() throws IOException {
        Archive made = publish(KEY, "content");

        assertThat(directory.find(KEY, warnings::add)).contains(made);
        assertThat(directory.find("fedcba9876543210", warnings::add)).isEmpty();
        assertThat(warnings).isEmpty();
    }

    @Test
    void removesATruncatedArchiveAndSaysSo() throws IOException {
        Path file = publish(KEY, "content").file();
        Files.writeString(file, "con");

        assertThat(directory.find(KEY, warnings::add)).isEmpty();
        assertThat(warnings).singleElement().asString().startsWith(file + " is not whole");
        assertThat(file).doesNotExist();
    }

    @Test
    void removesAnArchiveWithOtherBytesOfTheSameLength() throws IOException {
        Path file = publish(KEY, "content").file();
        Files.writeString(file, "comtent");

        assertThat(directory.find(KEY, warnings::add)).isEmpty();
        assertThat(warnings).hasSize(1);
    }

    @Test
    void usesNoLink() throws IOException {
        Path file = publish(KEY, "content").file();
        Path elsewhere = Files.move(file, parent.resolve("elsewhere"));
        Files.createSymbolicLink(file, elsewhere);

        assertThat(directory.find(KEY, warnings::add)).isEmpty();
        assertThat(warnings).hasSize(1);
        assertThat(elsewhere).hasContent("content");
    }

    @Test
    void usesNoFileThatOthersMayWrite() throws IOException {
        Path file = publish(KEY, "content").file();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));

        assertThat(directory.find(KEY, warnings::add)).isEmpty();
        assertThat(warnings).hasSize(1);
    }

    @Test
    void refusesADirectoryThatOthersMayEnter() throws IOException {
        Files.setPosixFilePermissions(directory.path(), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThatThrownBy(() -> CacheDirectory.open(parent, directory.user()))
                .isInstanceOf(UnusableException.class)
                .hasMessageContaining("belongs to user " + directory.user() + " alone (mode 0700)");
    }

    @Test
    void refusesAnotherUsersDirectory() {
        assertThatThrownBy(() -> {
                    Path other = CacheDirectory.below(parent, directory.user() + 1);
                    Files.createDirectory(
                            other, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                    CacheDirectory.open(parent, directory.user() + 1);
                })
                .isInstanceOf(UnusableException.class);
    }

    @Test
    void refusesALinkToADirectory() throws IOException {
        Path real = Files.move(directory.path(), parent.resolve("real"));
        Files.createSymbolicLink(directory.path(), real);
        assertThatThrownBy(() -> CacheDirectory.open(parent, directory.user())).isInstanceOf(UnusableException.class);
    }

    @Test
    void saysWhyNoneCanBeMade() {
        assertThatThrownBy(() -> CacheDirectory.open(Path.of("/proc/none/such"), directory.user()))
                .isInstanceOf(UnusableException.class)
                .hasMessageStartingWith("no directory can be made in /proc/none/such (");
    }

    @Test
    void keepsTheNewestArchivesOnly() throws IOException {
        List<Path> made = new ArrayList<>();
        for (int i = 0; i < CacheDirectory.MOST_ARCHIVES + 2; i++) {
            Path file = publish("%016x".formatted(i), "content " + i).file();
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(100 - i)));
            made.add(file);
        }
        publish("%016x".formatted(99), "last");

        assertThat(names("jsa")).hasSize(CacheDirectory.MOST_ARCHIVES);
        assertThat(made.get(0)).doesNotExist();
        assertThat(made.get(made.size() - 1)).exists();
    }

    @Test
    void removesWhatKilledMastersLeftButNotWhatOthersAreMaking() throws IOException {
        Path old = Files.writeString(directory.unfinished(KEY, "tmp"), "x");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
        Path young = Files.writeString(directory.unfinished(KEY, "tmp"), "x");
        Path strange = Files.writeString(directory.path().resolve("readme"), "x");
        publish(KEY, "content");

        assertThat(old).doesNotExist();
        assertThat(young).exists();
        assertThat(strange).exists();
    }

    @Test
    void removesWhatKilledMastersLeftWhenAStartAsksForIt() throws IOException, UnusableException {
        Path old = Files.writeString(directory.unfinished(KEY, "list"), "x");
        Path young = Files.writeString(directory.unfinished(KEY, "list"), "x");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(1))));

        CacheDirectory.open(parent, directory.user());
        assertThat(old).as("before what is asked for is touched").exists();
        directory.removeStale();
        assertThat(old).doesNotExist();
        assertThat(young).exists();
    }

    @Test
    void aPeekFindsTheSameAndChangesNothing() throws IOException {
        Archive made = publish(KEY, "content");
        FileTime then = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
        Files.setLastModifiedTime(made.file(), then);
        assertThat(directory.peek(KEY, warnings::add)).contains(made);
        assertThat(Files.getLastModifiedTime(made.file())).isEqualTo(then);

        Files.writeString(made.file(), "con");
        assertThat(directory.peek(KEY, warnings::add)).isEmpty();
        assertThat(warnings).hasSize(1);
        assertThat(made.file()).exists();
    }

    @Test
    void aLookMakesNothingAndRefusesWhatIsNotOurs() throws IOException, UnusableException {
        Path empty = Files.createDirectory(parent.resolve("empty"));
        CacheDirectory none = CacheDirectory.look(empty, directory.user());
        assertThat(none.path()).doesNotExist();
        assertThat(none.peek(KEY, warnings::add)).isEmpty();

        Files.setPosixFilePermissions(directory.path(), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThatThrownBy(() -> CacheDirectory.look(parent, directory.user())).isInstanceOf(UnusableException.class);
    }

    @Test
    void twoMastersOfOneKeyDoNotOverwriteEachOther() throws IOException {
        Archive one = publish(KEY, "one");
        Archive two = publish(KEY, "another");

        assertThat(one.file()).exists();
        assertThat(two.file()).exists();
        assertThat(directory.find(KEY, warnings::add)).isPresent();
    }

    private Archive publish(String key, String content) throws IOException {
        Path file = directory.unfinished(key, "tmp");
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        return directory.publish(file, key);
    }

    private List<Path> names(String kind) throws IOException {
        try (Stream<Path> files = Files.list(directory.path())) {
            return files.filter(file -> file.toString().endsWith("." + kind)).toList();
        }
    }
}
