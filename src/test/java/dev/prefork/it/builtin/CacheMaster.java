package dev.prefork.it.builtin;

import static dev.prefork.Waits.await;
import static dev.prefork.it.builtin.RunningMaster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Launch;
import dev.prefork.it.OutputLine;
import dev.prefork.it.Proc;
import dev.prefork.it.ProgramUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A packaged master with one worker and a boot cache: what its log, its processes and its directory tell of it. */
record CacheMaster(RunningMaster master) {
    static final String MADE = "has loaded the classes of the boot cache (\\S+\\.\\w+)";
    static final String GIVEN_UP = "no boot cache is made: ";

    /** With its directory below this one. */
    static String[] options(Path cache) {
        ProgramUnderTest.requireJvm("its workers have no boot cache");
        return new String[] {
            "--workers",
            "1",
            "--recover-threshold",
            "9",
            "--boot-cache",
            cache.toString(),
            "--worker-java-options",
            "-XX:TieredStopAtLevel=1"
        };
    }

    /** Waits until it is ready. */
    static CacheMaster of(Launch launch) {
        return new CacheMaster(RunningMaster.of(launch.start()));
    }

    /** The process that makes an archive, when there is one. */
    long maker() {
        return await().atMost(PATIENCE)
                .until(
                        () -> master.process().children().stream()
                                .filter(CacheMaster::isMaker)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    static boolean isMaker(long pid) {
        return Proc.commandLine(pid).contains("-Xshare:dump");
    }

    /** The archive, when it is made. */
    Path made() {
        Matcher line = Pattern.compile(MADE)
                .matcher(master.process().awaitLine(MADE, PATIENCE).text());
        assertThat(line.find()).isTrue();
        return Path.of(line.group(1));
    }

    long worker() {
        return master.process().children().stream()
                .filter(child -> !isMaker(child))
                .findFirst()
                .orElseThrow();
    }

    /** Kills the worker, and returns the next one when that is ready. */
    long replace() {
        long victim = worker();
        Proc.signal(victim, "KILL");
        String line = master.process()
                .awaitLine("started to replace pid " + victim, PATIENCE)
                .text();
        long next = Long.parseLong(line.replaceFirst(".*\\(pid (\\d+)\\) started to replace.*", "$1"));
        master.process().awaitLine("\\(pid " + next + "\\) ready", PATIENCE);
        return next;
    }

    /** That a worker serves, and was started as without a cache. */
    void assertPlain(long worker) throws IOException {
        assertThat(options(worker)).isEmpty();
        assertThat(RunningMaster.pid(master.get("/"))).isEqualTo(worker);
    }

    /** Which options of a cache a worker has. */
    static List<String> options(long worker) {
        return Proc.commandLine(worker).stream()
                .filter(word -> word.startsWith("-XX:SharedArchiveFile") || word.startsWith("-XX:DumpLoadedClassList"))
                .toList();
    }

    /** The lines with these words. */
    List<String> lines(String words) {
        return master.process().output().stream()
                .map(OutputLine::text)
                .filter(line -> line.contains(words))
                .toList();
    }

    void stop() {
        master.process().signal("TERM");
        assertThat(master.process().awaitExit(PATIENCE))
                .as(master.process()::dump)
                .isZero();
    }

    /** Waits until these, and no others, are below this directory: what an attempt has left is removed after the line about it. */
    static void awaitFiles(Path cache, Path... files) {
        await().untilAsserted(() -> assertThat(files(cache)).containsExactlyInAnyOrder(files));
    }

    /** What is in the directories below this one. */
    static List<Path> files(Path cache) {
        try (Stream<Path> files = Files.walk(cache)) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
