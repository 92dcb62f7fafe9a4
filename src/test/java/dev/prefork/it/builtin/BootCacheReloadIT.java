package dev.prefork.it.builtin;

import static dev.prefork.Waits.await;
import static dev.prefork.it.builtin.RunningMaster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A reload with other JVM options: an archive of the ones before is of no use then, and a JVM that refuses one says nothing. */
class BootCacheReloadIT {
    private static final String NONE = "";

    /** With pointers of another width the JVM refuses an archive. */
    private static final String OTHER = "-XX:-UseCompressedOops";

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    private Path variables;
    private CacheMaster master;
    private int reloads;

    @BeforeEach
    void start() throws IOException {
        variables = directory.resolve("jvm.env");
        options(NONE);
        master = CacheMaster.of(RunningMaster.launch(
                processes,
                Jdks.running(),
                Stream.concat(
                                Stream.of(CacheMaster.options(directory.resolve("cache"))),
                                Stream.of("--env-file", variables.toString()))
                        .toArray(String[]::new)));
    }

    private void options(String java) throws IOException {
        Files.writeString(variables, "JAVA_TOOL_OPTIONS=" + java + "\n");
    }

    private long reload(String java) throws IOException {
        options(java);
        master.master().process().signal("HUP");
        master.master().awaitReload(++reloads);
        return master.worker();
    }

    private Path made(int ordinal) {
        Matcher line = Pattern.compile(CacheMaster.MADE)
                .matcher(master.master()
                        .process()
                        .awaitLines(CacheMaster.MADE, ordinal, PATIENCE)
                        .get(ordinal - 1)
                        .text());
        assertThat(line.find()).isTrue();
        return Path.of(line.group(1));
    }

    private static void assertUses(long worker, Path archive) throws IOException {
        assertThat(CacheMaster.options(worker)).containsExactly("-XX:SharedArchiveFile=" + archive);
        assertThat(Files.readString(Path.of("/proc", Long.toString(worker), "maps")))
                .contains(archive.toString());
    }

    @Test
    void workersOfEachVersionHaveTheArchiveThatFitsThem() throws IOException {
        Path first = made(1);
        assertUses(master.replace(), first);
        assertUses(reload(NONE), first);
        assertThat(master.lines("boot cache: none yet")).hasSize(1);

        long other = reload(OTHER);
        assertThat(CacheMaster.options(other)).singleElement().asString().startsWith("-XX:DumpLoadedClassList=");
        Path second = made(2);
        assertThat(second).isNotEqualTo(first);
        assertThat(master.master().probe("well").body()).contains(second.toString());
        assertUses(master.replace(), second);

        assertUses(reload(NONE), first);
        assertThat(master.master().probe("well").body()).contains("workers start from " + first);

        // One that is aborted leaves the archive of the others alone.
        options("-XX:NoSuchOption=1");
        master.master().process().signal("HUP");
        master.master().process().awaitLine("reload aborted", PATIENCE);
        long victim = master.worker();
        Proc.signal(victim, "KILL");
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> RunningMaster.pid(master.master().get("/")) != victim);
        assertUses(master.worker(), first);

        master.assertPlain(reload("-Xshare:off"));
        assertThat(master.lines("no boot cache: the JVM options name an archive or share no classes (-Xshare:off)"))
                .hasSize(1);
        assertThat(master.lines("refused the archive")).isEmpty();
        master.stop();
    }
}
