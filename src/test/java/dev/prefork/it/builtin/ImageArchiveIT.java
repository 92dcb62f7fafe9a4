package dev.prefork.it.builtin;

import static dev.prefork.it.builtin.RunningMaster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.Launch;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.QuickStart;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.command.WorkerView;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A {@code classes.jsa} beside the jar: one that fits, and others. */
class ImageArchiveIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path place;

    private Path application;
    private Path archive;

    @BeforeEach
    void anApplication() throws IOException {
        Path jar = PackagedJar.path();
        application = place.resolve("app");
        archive = application.resolve("classes.jsa");
        RunningProcess copy = processes
                .command("cp", "-rp", jar.getParent().toString(), application.toString())
                .start();
        assertThat(copy.awaitExit(PATIENCE)).as(copy::dump).isZero();
        Files.createDirectory(place.resolve("tmp"));
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void oneThatFitsIsUsed(Jdk jdk) throws IOException {
        make(jdk);
        RunningMaster master = start(jdk);
        assertThat(master.process().children()).hasSize(2).allSatisfy(worker -> assertThat(mapped(worker))
                .contains("classes.jsa"));
        assertThat(lines(master, archive + " (")).singleElement().asString().endsWith("), the image's");
        stop(master);
    }

    static Stream<Arguments> refused() {
        return Jdks.all().stream()
                .flatMap(jdk -> Stream.of("foreign", "truncated", "corrupt").map(fault -> Arguments.of(jdk, fault)));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void oneThatTheJvmRefusesIsLeftAloneAndAnotherIsMade(Jdk jdk, String fault) throws IOException {
        make(jdk);
        switch (fault) {
            // Of a jar that was built before.
            case "foreign" ->
                Files.setLastModifiedTime(jar(), FileTime.from(Instant.now().plusSeconds(10)));
            case "truncated" -> overwrite(Files.size(archive) / 2, 0, 0);
            default -> overwrite(Files.size(archive), 0, 64);
        }
        RunningMaster master = start(jdk);
        master.process()
                .awaitLine(
                        "worker \\d \\(pid \\d+\\) was started without the image's archive " + archive
                                + ", which its JVM refused; boot cache: none yet in " + place.resolve("tmp"),
                        PATIENCE);
        List<Long> workers = master.process().children();
        assertThat(workers).hasSize(2).allSatisfy(worker -> assertThat(mapped(worker))
                .doesNotContain("classes.jsa"));
        assertThat(master.awaitAnswersOf(2)).containsExactlyInAnyOrderElementsOf(workers);

        Proc.signal(workers.get(0), "KILL");
        master.process().awaitLines("\\) ready after", 3, PATIENCE);
        assertThat(master.process().children())
                .filteredOn(worker -> !workers.contains(worker))
                .singleElement()
                .satisfies(worker -> assertThat(CacheMaster.options(worker))
                        .singleElement()
                        .asString()
                        .startsWith("-XX:DumpLoadedClassList=" + place.resolve("tmp")));
        assertThat(lines(master, archive.toString()))
                .as("the start's and this one")
                .hasSize(2);
        assertThat(archive).exists();
        stop(master);
    }

    /** One crash is more than this threshold, and the next container would have it again. The other worker may start after it. */
    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void oneThatCrashesTheJvmIsNoReasonNotToStart(Jdk jdk) throws IOException {
        make(jdk);
        overwrite(Files.size(archive), 1 << 16, (int) Files.size(archive) / 4);
        RunningMaster master = start(jdk, "--recover-threshold", "0");
        assertThat(lines(master, "exited before it was ready (SIGABRT), so the boot cache " + archive))
                .hasSize(1);
        assertThat(lines(master, "killed by SIGABRT")).isNotEmpty();
        assertThat(master.awaitAnswersOf(2))
                .containsExactlyInAnyOrderElementsOf(master.process().children());
        assertThat(master.process().children())
                .allSatisfy(worker -> assertThat(CacheMaster.options(worker)).isEmpty());
        assertThat(master.metric("prefork_recover_exits")).isZero();
        assertThat(archive).exists();
        stop(master);
    }

    private Path jar() {
        return application.resolve("quarkus-run.jar");
    }

    /** With a class of the application, without which no JVM compares its jar. */
    private void make(Jdk jdk) throws IOException {
        String names = Files.readString(jdk.home().resolve(Path.of("lib", "classlist"))) + "dev/prefork/cli/Main\n";
        Path list = Files.writeString(place.resolve("list"), names);
        RunningProcess dump = processes
                .command(
                        jdk.java().toString(),
                        "-Xshare:dump",
                        "-Xlog:disable",
                        "-XX:SharedClassListFile=" + list,
                        "-XX:SharedArchiveFile=" + archive,
                        "-cp",
                        jar().toString())
                .start();
        assertThat(dump.awaitExit(PATIENCE)).as(dump::dump).isZero();
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-r--r--"));
    }

    private void overwrite(long size, int from, int zeros) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(archive.toFile(), "rw")) {
            file.setLength(size);
            file.seek(from);
            file.write(new byte[zeros]);
        }
    }

    private RunningMaster start(Jdk jdk, String... more) {
        List<String> words = new ArrayList<>(List.of(
                jdk.java().toString(),
                QuickStart.COMPILER,
                "-Djava.io.tmpdir=" + place.resolve("tmp"),
                "-Dquarkus.management.port=0",
                "-Dquarkus.profile=test",
                "-jar",
                jar().toString(),
                "--workers",
                "2",
                "--listen",
                "127.0.0.1:0",
                "--worker-java-options",
                QuickStart.COMPILER));
        words.addAll(List.of(more));
        Launch launch = processes.command(words.toArray(String[]::new)).in(place);
        return RunningMaster.of(launch.start());
    }

    private List<String> mapped(long worker) {
        return new WorkerView(worker).mapped(application);
    }

    private static List<String> lines(RunningMaster master, String words) {
        return new CacheMaster(master).lines(words);
    }

    private static void stop(RunningMaster master) {
        new CacheMaster(master).stop();
    }
}
