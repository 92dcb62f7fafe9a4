package dev.prefork.bootcache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.master.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SetupTest {
    @TempDir
    private Path place;

    private Path cache;
    private Setup.Request request;
    private Optional<Setup.Target> target;

    @BeforeEach
    void aJar() throws IOException {
        Path jar = Files.writeString(place.resolve("app.jar"), "no jar, but a file");
        cache = Files.createDirectory(place.resolve("cache"));
        request = new Setup.Request(true, cache, true, false);
        String java = ProcessHandle.current().info().command().orElseThrow();
        target = Optional.of(new Setup.Target(new Program(java, List.of("java", "-jar", jar.toString())), Map.of()));
    }

    @Test
    void aLookMakesNoDirectory() {
        assertThat(Setup.inspect(request, target).sentence()).startsWith("boot cache: none yet in " + cache);
        assertThat(cache).isEmptyDirectory();
    }

    @Test
    void aLookRemovesNoDamagedArchive() throws IOException {
        Path archive = damaged();
        assertThat(Setup.inspect(request, target).archive()).isEmpty();
        assertThat(archive).exists();

        assertThat(Setup.prepare(request, target).archive()).isEmpty();
        assertThat(archive).doesNotExist();
    }

    @Test
    void withoutTheImagesArchiveThereIsAPlaceForAnother() throws IOException {
        Path archive = Files.writeString(place.resolve("classes.jsa"), "x");
        Setup image = Setup.prepare(request, target);
        assertThat(image.archive()).contains(new Archive(archive, 1, false));
        assertThat(cache).isEmptyDirectory();

        Setup own = image.withoutImage();
        assertThat(own.off()).isEmpty();
        assertThat(own.archive()).isEmpty();
        assertThat(own.sentence()).startsWith("boot cache: none yet in " + cache);
        assertThat(own.unfinished("list").getParent()).isDirectory();
    }

    @Test
    void whatKilledAMasterIsNotTriedAgainUntilItsMarkIsRemoved() throws IOException {
        Path mark = Files.createFile(Setup.prepare(request, target).unfinished(Attempt.KIND));
        FileTime then = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
        Files.setLastModifiedTime(mark, then);
        Setup.inspect(request, target);
        assertThat(Files.getLastModifiedTime(mark)).as("of a look").isEqualTo(then);
        for (Setup found : List.of(Setup.prepare(request, target), Setup.inspect(request, target))) {
            assertThat(found.sentence())
                    .startsWith("no boot cache: the master that made one was killed meanwhile")
                    .endsWith("raise the memory limit and remove " + mark);
        }
        assertThat(Files.getLastModifiedTime(mark))
                .as("so that it outlives those of keys without a start")
                .isGreaterThan(then);
        Files.delete(mark);
        assertThat(Setup.prepare(request, target).off()).isEmpty();
    }

    @Test
    void theMarkOfTheOldestKeyIsHeededByItsOwnStart() throws IOException {
        Setup first = Setup.prepare(request, target);
        Path mark = markOf(first.unfinished(Attempt.KIND), 0);
        Path oldest = markOf(mark.resolveSibling("%016x-00000000.busy".formatted(1)), 1);
        for (int i = 2; i <= CacheDirectory.MOST_ARCHIVES; i++) {
            markOf(mark.resolveSibling("%016x-00000000.busy".formatted(i)), i);
        }

        assertThat(Setup.prepare(request, target).sentence()).endsWith("remove " + mark);
        assertThat(mark).exists();
        assertThat(oldest).as("now the oldest").doesNotExist();
    }

    private Optional<Setup.Target> with(String... options) {
        Program plain = target.orElseThrow().program();
        return Optional.of(new Setup.Target(plain.withOptions(List.of(options)), Map.of()));
    }

    @Test
    void preparedAnewForTheSameItIsTheSameAlsoWhileItsArchiveIsInTheMaking() throws IOException {
        Setup first = Setup.prepare(request, target);
        Path mark = Files.createFile(first.unfinished(Attempt.KIND));

        assertThat(first.preparedAnew(request, target)).isSameAs(first);
        assertThat(first.preparedAnew(request, with("-Xmx1g")))
                .as("of another size")
                .isSameAs(first);
        assertThat(Setup.prepare(request, target).off()).as("of another master").isPresent();
        assertThat(mark).exists();
    }

    @Test
    void preparedAnewForOtherOptionsOrAnotherJarItIsAnother() throws IOException {
        Setup first = Setup.prepare(request, target);

        Setup other = first.preparedAnew(request, with("-XX:+UseSerialGC"));
        assertThat(other).isNotSameAs(first);
        assertThat(key(other)).isNotEqualTo(key(first));
        assertThat(key(other.preparedAnew(request, target))).isEqualTo(key(first));

        Files.writeString(place.resolve("app.jar"), "still no jar, but another file");
        assertThat(key(first.preparedAnew(request, target))).isNotEqualTo(key(first));
    }

    private static String key(Setup setup) {
        String record = setup.unfinished("list").getFileName().toString();
        return record.substring(0, record.indexOf('-'));
    }

    @Test
    void preparedAnewForWhatHasNoneItIsOffForThatReason() {
        Setup first = Setup.prepare(request, target);

        Setup off = first.preparedAnew(request, with("-Xshare:off"));
        assertThat(off.off()).hasValueSatisfying(why -> assertThat(why).contains("-Xshare:off"));
        assertThat(off.preparedAnew(request, with("-Xshare:off"))).isSameAs(off);
        assertThat(off.preparedAnew(request, with("-Xint", "-Xshare:off"))).isNotSameAs(off);
        assertThat(off.preparedAnew(request, target).off()).isEmpty();
        assertThat(off.preparedAnew(request, Optional.empty()).off()).contains("workers are not started as a JVM");
    }

    @Test
    void preparedAnewTheImagesArchiveStaysUnlessOptionsAreOthersOrAJvmHasRefusedIt() throws IOException {
        Files.writeString(place.resolve("classes.jsa"), "x");
        Setup image = Setup.prepare(request, target);

        assertThat(image.preparedAnew(request, target)).isSameAs(image);
        assertThat(image.preparedAnew(request, with("-XX:+UseSerialGC")))
                .isNotSameAs(image)
                .extracting(Setup::archive)
                .isEqualTo(image.archive());
        Setup own = image.withoutImage();
        assertThat(own.preparedAnew(request, target)).isSameAs(own);
        assertThat(own.preparedAnew(request, with("-XX:+UseSerialGC")).archive())
                .isEmpty();
    }

    private static Path markOf(Path name, int second) throws IOException {
        Instant then = Instant.parse("2020-01-01T00:00:00Z").plusSeconds(second);
        return Files.setLastModifiedTime(Files.createFile(name), FileTime.from(then));
    }

    /** Of the right name for what runs here. */
    private Path damaged() throws IOException {
        String record = Setup.prepare(request, target).unfinished("list").toString();
        String key = record.substring(0, record.lastIndexOf('-'));
        return Files.writeString(Path.of(key + "-99-00000000.jsa"), "x");
    }
}
