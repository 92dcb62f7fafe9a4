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
