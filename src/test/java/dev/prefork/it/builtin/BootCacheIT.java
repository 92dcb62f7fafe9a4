package dev.prefork.it.builtin;

import static dev.prefork.Waits.await;
import static dev.prefork.it.builtin.RunningMaster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Alone;
import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.KeepAliveLoad;
import dev.prefork.it.LoadResult;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.ProgramUnderTest;
import dev.prefork.it.RunningProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Alone
class BootCacheIT {
    private static final String MADE = "has loaded the classes of the boot cache (\\S+\\.jsa)";

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path place;

    /** Two masters at the same time, one of them under load; then a replacement, a restart, and a damaged archive. */
    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void isMadeUnderLoadWithoutALostRequestAndUsedFromTheNextStartOn(Jdk jdk) throws IOException {
        RunningMaster master = start(jdk, "2");
        RunningMaster other = start(jdk, "1");
        KeepAliveLoad load = KeepAliveLoad.start(master.port(), "/", 4);
        Path archive = made(master);
        LoadResult result = load.stop();
        assertThat(master.probe("well").body()).contains("\"boot-cache\": \"worker ", archive.toString());
        assertThat(result.failed()).as(result::toString).isZero();
        assertThat(result.answered()).isPositive();

        long victim = master.process().children().get(0);
        assertThat(maps(victim)).doesNotContain(".jsa");
        Proc.signal(victim, "KILL");
        long successor = successor(master, victim);
        assertThat(maps(successor)).contains(archive.toString());
        assertThat(hasLinkedClasses(jdk, archive)).isEqualTo(jdk.major() >= 25);

        Path others = made(other);
        assertThat(archive).exists();
        assertThat(others).exists();
        stop(other);
        stop(master);
        assertThat(files()).allSatisfy(file -> assertThat(file.toString()).endsWith(".jsa"));

        RunningMaster again = start(jdk, "2");
        assertThat(again.process().output().toString()).contains("boot cache: workers start from ");
        assertThat(again.process().children())
                .allSatisfy(worker -> assertThat(maps(worker)).contains(place.toString()));
        stop(again);

        for (Path file : files()) {
            damage(file);
        }
        RunningMaster damaged = start(jdk, "1");
        damaged.process().awaitLine("\\.jsa is not whole or belongs to another user", PATIENCE);
        assertThat(maps(damaged.process().children().get(0))).doesNotContain(".jsa");
        stop(damaged);
    }

    /** From Java 25 on, a JVM with such an option refuses an archive of linked classes. All at once: most of it is waiting. */
    @Test
    void isUsedByWorkersThatOpenAModule() {
        String option = "--add-opens=java.base/java.lang=ALL-UNNAMED";
        Map<Jdk, RunningMaster> masters = new LinkedHashMap<>();
        Jdks.all()
                .forEach(jdk ->
                        masters.put(jdk, RunningMaster.start(processes, jdk, options("1", place.toString(), option))));
        masters.forEach((jdk, master) -> {
            Path archive = made(master);
            long successor = successor(master, kill(master.process()));
            assertThat(Proc.commandLine(successor)).contains(option);
            assertThat(maps(successor)).contains(archive.toString());
            assertThat(hasLinkedClasses(jdk, archive)).isFalse();
        });
        masters.values().forEach(BootCacheIT::stop);
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void oneThatTheJvmRefusesIsNotUsedAgain(Jdk jdk) throws IOException {
        Path rejected = plant(key(jdk));

        RunningMaster master = start(jdk, "1");
        RunningProcess process = master.process();
        process.awaitLine("worker 0 \\(pid \\d+\\) was started without the boot cache " + rejected, PATIENCE);
        assertThat(rejected).doesNotExist();
        assertThat(process.output().toString()).doesNotContain("[warning]").doesNotContain("[error");
        assertThat(Proc.commandLine(successor(master, kill(process)))).noneMatch(BootCacheIT::isOfTheCache);
        stop(master);
    }

    @Test
    void aDirectoryThatOthersMayEnterIsNotUsed() throws IOException {
        Path directory = Files.createDirectory(
                place.resolve("prefork-boot-cache-" + Files.getAttribute(Path.of("/proc/self"), "unix:uid")));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));

        RunningMaster master = start(Jdks.running(), "1");
        master.process().awaitLine("no boot cache: .* is not a directory that belongs to user", PATIENCE);
        assertThat(Proc.commandLine(master.process().children().get(0))).noneMatch(BootCacheIT::isOfTheCache);
        stop(master);
    }

    @Test
    void aDirectoryThatCannotBeMadeIsNoReasonNotToStart() {
        RunningMaster master = RunningMaster.start(processes, Jdks.running(), options("1", "/proc/none"));
        master.process().awaitLine("no boot cache: no directory can be made in /proc/none", PATIENCE);
        stop(master);
    }

    @Test
    void thereIsNoneWhereItIsOff() {
        RunningMaster master = RunningMaster.start(processes, Jdks.running(), options("1", "off"));
        assertThat(Proc.commandLine(master.process().children().get(0))).noneMatch(BootCacheIT::isOfTheCache);
        assertThat(master.process().output().toString()).doesNotContain("boot cache");
        stop(master);
    }

    @Test
    void aStopWhileTheArchiveIsMadeDoesNotWaitForIt() {
        RunningMaster master = start(Jdks.running(), "1");
        long maker = await().atMost(PATIENCE)
                .until(() -> maker(master), Optional::isPresent)
                .orElseThrow();
        // The worker's exit is no obstacle either.
        stop(master);
        await().atMost(PATIENCE).until(() -> !Proc.isAlive(maker));
        assertThat(files()).isEmpty();
    }

    private static Optional<Long> maker(RunningMaster master) {
        return master.process().children().stream()
                .filter(child -> {
                    try {
                        return Proc.commandLine(child).contains("-Xshare:dump");
                    } catch (UncheckedIOException | AssertionError gone) {
                        return false;
                    }
                })
                .findFirst();
    }

    private RunningMaster start(Jdk jdk, String workers) {
        return RunningMaster.start(processes, jdk, options(workers, place.toString()));
    }

    private static String[] options(String workers, String cache, String... more) {
        ProgramUnderTest.requireJvm("its workers have no boot cache");
        String java = "-XX:TieredStopAtLevel=1 " + String.join(" ", more);
        return new String[] {"--workers", workers, "--boot-cache", cache, "--worker-java-options", java};
    }

    /** Whether a JVM that starts from an archive has classes from it that it does not need. */
    private boolean hasLinkedClasses(Jdk jdk, Path archive) {
        RunningProcess version = processes
                .command(
                        jdk.java().toString(),
                        "-XX:SharedArchiveFile=" + archive,
                        "-Xlog:class+load",
                        "-jar",
                        PackagedJar.path().toString(),
                        "version")
                .start();
        assertThat(version.awaitExit(PATIENCE)).as(version::dump).isZero();
        assertThat(version.stdout()).contains("dev.prefork.cli.Main source: shared objects file");
        return version.stdout().contains("io.vertx.core.impl.VertxImpl source: shared objects file");
    }

    private static Path made(RunningMaster master) {
        String line = master.process().awaitLine(MADE, PATIENCE).text();
        Matcher matcher = Pattern.compile(MADE).matcher(line);
        assertThat(matcher.find()).isTrue();
        return Path.of(matcher.group(1));
    }

    private static long kill(RunningProcess process) {
        long victim = process.children().get(0);
        Proc.signal(victim, "KILL");
        return victim;
    }

    private static long successor(RunningMaster master, long victim) {
        String line = master.process()
                .awaitLine("started to replace pid " + victim, PATIENCE)
                .text();
        long pid = Long.parseLong(line.replaceFirst(".*\\(pid (\\d+)\\) started to replace.*", "$1"));
        master.process().awaitLine("\\(pid " + pid + "\\) ready", PATIENCE);
        return pid;
    }

    private static void stop(RunningMaster master) {
        master.process().signal("TERM");
        assertThat(master.process().awaitExit(PATIENCE))
                .as(master.process()::dump)
                .isZero();
    }

    /** The key of what runs here: it is in the name of the record that a worker makes. */
    private String key(Jdk jdk) {
        RunningMaster master = start(jdk, "1");
        String record = files().stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith(".list"))
                .findFirst()
                .orElseThrow();
        stop(master);
        assertThat(files()).isEmpty();
        return record.substring(0, record.indexOf('-'));
    }

    /** What no JVM takes for an archive, as a whole file of ours. */
    private Path plant(String key) throws IOException {
        byte[] content = "no archive at all".repeat(1000).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        CRC32 sum = new CRC32();
        sum.update(content);
        Path file = directory().resolve("%s-%d-%08x.jsa".formatted(key, content.length, sum.getValue()));
        Files.write(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        return file;
    }

    private static void damage(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 1;
        Files.write(file, content);
    }

    private static boolean isOfTheCache(String word) {
        return word.startsWith("-XX:SharedArchiveFile") || word.startsWith("-XX:DumpLoadedClassList");
    }

    private static String maps(long pid) {
        try {
            String all = Files.readString(Path.of("/proc", Long.toString(pid), "maps"));
            // The JDK's own archive is always there.
            return all.lines()
                    .filter(line -> !line.contains("/lib/server/"))
                    .reduce("", (one, two) -> one + "\n" + two);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path directory() {
        try (Stream<Path> directories = Files.list(place)) {
            return directories.findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(directory())) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
