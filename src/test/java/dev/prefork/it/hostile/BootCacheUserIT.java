package dev.prefork.it.hostile;

import static dev.prefork.it.command.StartedMaster.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.OutputLine;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A directory for the boot cache that belongs to another user: one line says so, and workers start as without a cache. */
class BootCacheUserIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    private final Jdk jdk = Jdks.running();
    private final User owner = User.of(61_125);
    private final User other = User.of(61_126);
    private Path cache;

    @BeforeEach
    void share() throws IOException {
        owner.requirePrefork(jdk);
        Files.setAttribute(directory, "unix:mode", 0755);
        cache = Files.createDirectory(directory.resolve("cache"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whereItCannotWriteThereIsNone(boolean named) throws IOException {
        Files.setAttribute(cache, "unix:mode", 0755);
        assertNone(named, "no directory can be made in " + cache + " (Permission denied)");
        assertThat(cache).isEmptyDirectory();
    }

    /** Beforehand, in a directory that all may write, by the name that ours would have. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatAnotherUserMadeIsNotUsed(boolean named) throws IOException {
        Files.setAttribute(cache, "unix:mode", 01777);
        Path planted = Files.createDirectory(cache.resolve("prefork-boot-cache-" + owner.id()));
        Files.setAttribute(planted, "unix:uid", other.id());
        Files.setAttribute(planted, "unix:mode", 0777);
        assertNone(named, planted + " is not a directory that belongs to user " + owner.id() + " alone (mode 0700)");
        assertThat(planted).isEmptyDirectory();
    }

    private void assertNone(boolean named, String reason) throws IOException {
        StartedMaster master = start(named);
        List<String> lines = master.process().output().stream()
                .map(OutputLine::text)
                .filter(line -> line.contains("boot cache"))
                .toList();
        assertThat(lines).singleElement().asString().contains(named ? "WARN" : "INFO", "no boot cache: " + reason);
        assertThat(Proc.commandLine(master.workerPid(0)))
                .noneMatch(word -> word.contains("SharedArchiveFile") || word.contains("DumpLoadedClassList"));
        assertThat(master.get("/")).startsWith("worker 0 ");
        master.stop();
    }

    private StartedMaster start(boolean named) {
        Path temporary = named ? Path.of("/tmp") : cache;
        List<String> words = new ArrayList<>(
                PackagedJar.command(jdk, List.of("-Djava.io.tmpdir=" + temporary, "-Dquarkus.profile=test")));
        words.addAll(List.of("--workers", "1", "--listen", "127.0.0.1:0", "--boot-cache", named ? cache + "" : "auto"));
        words.addAll(List.of("--worker-java-options", "-XX:TieredStopAtLevel=1"));
        StartedMaster master = StartedMaster.of(
                processes.command(owner.command(words).toArray(String[]::new)).start());
        master.process().awaitLine("all workers ready", SOON);
        return master;
    }
}
