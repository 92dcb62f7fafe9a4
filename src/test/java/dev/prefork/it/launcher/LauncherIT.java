package dev.prefork.it.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.Launch;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LauncherIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path place;

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void becomesTheMasterWithOptionsThatItsWorkersDoNotGet(Jdk jdk) {
        RunningProcess master = run(
                        jdk,
                        launcher(),
                        "--workers",
                        "1",
                        "--boot-cache",
                        "off",
                        "--listen",
                        "127.0.0.1:0",
                        "--worker-java-options",
                        "-XX:TieredStopAtLevel=1 '-Dname=a b'")
                .env("QUARKUS_MANAGEMENT_PORT", "0")
                .start();
        master.awaitLine("all workers ready", PATIENCE);

        assertThat(Proc.commandLine(master.pid()))
                .startsWith(jdk.java().toString(), "-XX:+UseSerialGC", "-Xms16m")
                .contains("-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=32m");
        assertThat(Proc.commandLine(master.children().get(0)))
                .contains("-XX:TieredStopAtLevel=1", "-Dname=a b", "-jar")
                .doesNotContain("-Xms16m", "-XX:-UsePerfData");
        master.signal("TERM");
        assertThat(master.awaitExit(PATIENCE)).as(master::dump).isZero();
    }

    /** The build makes it for the Java that it runs on; with that of another one, the JDK would lose its own as well. */
    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void theMasterStartsFromTheArchiveThatTheBuildMadeForItsJava(Jdk jdk) throws IOException {
        RunningProcess master = run(
                        jdk, launcher(), "--listen", "127.0.0.1:0", "--ready", "delay=0s", "--", "sleep", "60")
                .env("QUARKUS_MANAGEMENT_PORT", "0")
                .start();
        master.awaitLine("all workers ready", PATIENCE);

        String mapped = Files.readString(Path.of("/proc", Long.toString(master.pid()), "maps"));
        boolean made = jdk.equals(Jdks.running());
        assertThat(mapped.contains("bin/master-")).isEqualTo(made);
        assertThat(mapped).as("the JDK's own").contains("lib/server/classes");
        assertThat(master.dump()).doesNotContain("[warning]", "[error", "shared archive");
        master.signal("TERM");
        assertThat(master.awaitExit(PATIENCE)).as(master::dump).isZero();
    }

    /** With two collectors, or limits that contradict each other, no JVM starts. */
    @ParameterizedTest
    @CsvSource({
        "JAVA_TOOL_OPTIONS, -XX:+UseG1GC",
        "JDK_JAVA_OPTIONS, -XX:+UseParallelGC",
        "_JAVA_OPTIONS, -XX:+UseZGC",
        "JAVA_TOOL_OPTIONS, -Xmx8m",
        "JAVA_TOOL_OPTIONS, -XX:MaxHeapSize=8m",
        "_JAVA_OPTIONS, -XX:MinHeapFreeRatio=40",
        "JAVA_TOOL_OPTIONS, -XX:InitialCodeCacheSize=40m"
    })
    void leavesToTheVariablesOfTheJvmWhatTheySay(String variable, String option) {
        RunningProcess version =
                run(Jdks.running(), launcher(), "version").env(variable, option).start();

        assertThat(version.awaitExit(PATIENCE)).as(version::dump).isZero();
        assertThat(version.stdout()).contains("prefork ");
    }

    @Test
    void passesArgumentsUntouched() {
        RunningProcess master = run(
                        Jdks.running(),
                        launcher(),
                        "--listen",
                        "127.0.0.1:0",
                        "--recover-threshold",
                        "0",
                        "--",
                        "printf",
                        "<%s>",
                        "a  b",
                        "",
                        "$HOME",
                        "*",
                        "it's \"so\"")
                .env("QUARKUS_MANAGEMENT_PORT", "0")
                .start();
        master.awaitExit(PATIENCE);

        assertThat(master.stdout()).contains("<a  b><><$HOME><*><it's \"so\">");
    }

    @Test
    void isFoundThroughLinksAndInDirectoriesWithSpaces() throws IOException {
        Path application = PackagedJar.path().getParent();
        Path copy = Files.createDirectory(place.resolve("my application"));
        try (Stream<Path> files = Files.list(application)) {
            for (Path file : files.filter(one -> !one.endsWith("bin")).toList()) {
                Files.createSymbolicLink(copy.resolve(file.getFileName()), file);
            }
        }
        Path launcher = Files.copy(
                launcher(), Files.createDirectory(copy.resolve("bin")).resolve("prefork"));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path absolute = Files.createSymbolicLink(place.resolve("first link"), launcher);
        Path relative = Files.createSymbolicLink(place.resolve("second"), Path.of("first link"));

        for (Path called : List.of(launcher, absolute, relative)) {
            RunningProcess version = run(Jdks.running(), called, "version").start();
            assertThat(version.awaitExit(PATIENCE)).as(version::dump).isZero();
            assertThat(version.stdout()).startsWith("prefork ");
        }
        RunningProcess nearby = processes
                .command("bin/prefork", "version")
                .in(copy)
                .env("JAVA_HOME", Jdks.running().home().toString())
                .env("CDPATH", "/:/tmp")
                .start();
        assertThat(nearby.awaitExit(PATIENCE)).as(nearby::dump).isZero();
        assertThat(nearby.stdout()).startsWith("prefork ").hasLineCount(1);
    }

    @Test
    void takesJavaFromThePath() throws IOException {
        Files.createSymbolicLink(place.resolve("java"), Jdks.running().java());
        RunningProcess version = processes
                .command(launcher().toString(), "version")
                .without("JAVA_HOME")
                .env("PATH", place + ":/usr/bin:/bin")
                .start();
        assertThat(version.awaitExit(PATIENCE)).as(version::dump).isZero();
        assertThat(version.stdout()).contains("Java " + Jdks.running().major());
    }

    @Test
    void saysInOneLineThatThereIsNoJava() {
        RunningProcess none = processes
                .command(launcher().toString(), "version")
                .without("JAVA_HOME")
                .env("PATH", "/nonexistent")
                .start();
        assertRefused(none, "no Java is found; install Java 17 or newer");
    }

    @Test
    void saysInOneLineThatJavaHomeIsWrong() {
        RunningProcess wrong = processes
                .command(launcher().toString(), "version")
                .env("JAVA_HOME", place.toString())
                .start();
        assertRefused(wrong, "JAVA_HOME is " + place + ", where no bin/java can be run");
    }

    @Test
    void saysInOneLineThatJavaIsTooOld() throws IOException {
        Files.createDirectory(place.resolve("bin"));
        Files.writeString(place.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"11.0.2\"\n");
        Files.writeString(place.resolve("bin/java"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(place.resolve("bin/java"), PosixFilePermissions.fromString("rwxr-xr-x"));

        RunningProcess old = processes
                .command(launcher().toString(), "version")
                .env("JAVA_HOME", place.toString())
                .start();
        assertRefused(old, "is Java 11.0.2, and 17 or newer is needed");
    }

    private static void assertRefused(RunningProcess refused, String line) {
        assertThat(refused.awaitExit(PATIENCE)).as(refused::dump).isEqualTo(2);
        assertThat(refused.stderr()).startsWith("prefork: ").contains(line).hasLineCount(1);
        assertThat(refused.stdout()).isEmpty();
    }

    private Launch run(Jdk jdk, Path launcher, String... arguments) {
        String[] command = Stream.concat(Stream.of(launcher.toString()), Stream.of(arguments))
                .toArray(String[]::new);
        return processes.command(command).env("JAVA_HOME", jdk.home().toString());
    }

    private static Path launcher() {
        return PackagedJar.path().resolveSibling(Path.of("bin", "prefork"));
    }
}
