package dev.prefork.it.builtin;

import static dev.prefork.it.builtin.RunningMaster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.Launch;
import dev.prefork.it.MountNamespace;
import dev.prefork.it.Processes;
import dev.prefork.it.ProgramUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A boot cache on a file system of its own, which is full, or can only be read. */
class BootCacheDiskIT {
    private static final String READ_ONLY = " can be made in %s (Read-only file system)";

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path place;

    private MountNamespace namespace;

    @BeforeEach
    void aNamespace() {
        namespace = MountNamespace.hold(processes);
    }

    @Test
    void aDiskWithoutRoomForTheNamesOfTheClassesCostsTheArchive() throws IOException {
        String line = assertGivenUp("256k");
        assertThat(line).endsWith(": a file of it cannot be written: No space left on device");
    }

    @Test
    void aDiskWithoutRoomForTheArchiveCostsItUntilTheNextStart() throws IOException {
        String line = assertGivenUp("8m");
        assertThat(line)
                .contains(": the JDK made none: exit code 1 (Unable to write to shared archive")
                .containsPattern("; only [78] MiB are free in " + directory() + "$");

        namespace.mount("-o", "remount,size=500m", place.toString());
        CacheMaster next = start();
        Path archive = next.made();
        CacheMaster.awaitFiles(namespace.path(place), namespace.path(archive));
        assertThat(CacheMaster.options(next.replace())).anyMatch(option -> option.contains(archive.toString()));
        next.stop();
    }

    /** The one line that says so. */
    private String assertGivenUp(String size) throws IOException {
        namespace.mount("-t", "tmpfs", "-o", "mode=0700,size=" + size, "prefork-it", place.toString());
        CacheMaster master = start();
        String line = master.master()
                .process()
                .awaitLine(CacheMaster.GIVEN_UP, PATIENCE)
                .text();
        assertThat(line).contains("WARN");
        assertThat(master.master().probe("well").body()).contains(line.substring(line.indexOf(CacheMaster.GIVEN_UP)));
        CacheMaster.awaitFiles(namespace.path(place));
        assertThat(RunningMaster.pid(master.master().get("/"))).isEqualTo(master.worker());

        master.assertPlain(master.replace());
        assertThat(master.lines("no boot cache")).hasSize(1);
        CacheMaster.awaitFiles(namespace.path(place));
        master.stop();
        return line;
    }

    @Test
    void aNamedDirectoryThatCanOnlyBeReadIsNoReasonNotToStart() throws IOException {
        namespace.mount("-t", "tmpfs", "-o", "ro", "prefork-it", place.toString());
        CacheMaster master = start();
        master.assertPlain(master.worker());
        assertThat(master.lines("no boot cache: "))
                .singleElement()
                .asString()
                .contains("WARN", "no directory" + READ_ONLY.formatted(place));
        master.stop();
    }

    @Test
    void norIsATemporaryDirectory() throws IOException {
        ProgramUnderTest.requireJvm("its workers have no boot cache");
        namespace.mount("-t", "tmpfs", "-o", "ro", "prefork-it", place.toString());
        CacheMaster master = CacheMaster.of(processes
                .prefork(
                        Jdks.running(),
                        List.of("-Dquarkus.profile=test", "-Djava.io.tmpdir=" + place),
                        "--workers",
                        "1",
                        "--listen",
                        "127.0.0.1:0",
                        "--worker-java-options",
                        "-XX:TieredStopAtLevel=1")
                .inside(namespace));
        master.assertPlain(master.worker());
        assertThat(master.lines("no boot cache: "))
                .singleElement()
                .asString()
                .contains("INFO", "no directory" + READ_ONLY.formatted(place));
        master.stop();
    }

    /** As a volume that was remounted. */
    @Test
    void norIsOneThatWasWritableOnce() throws IOException {
        Path own = Files.createDirectory(directory());
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwx------"));
        namespace.mount("--bind", place.toString(), place.toString());
        namespace.mount("-o", "remount,ro,bind", place.toString());
        CacheMaster master = start();
        master.assertPlain(master.worker());
        assertThat(master.lines("no boot cache: "))
                .singleElement()
                .asString()
                .contains("WARN", own + " cannot be written");
        master.stop();
    }

    private CacheMaster start() {
        Launch launch = RunningMaster.launch(processes, Jdks.running(), CacheMaster.options(place));
        return CacheMaster.of(launch.inside(namespace));
    }

    private Path directory() throws IOException {
        return place.resolve("prefork-boot-cache-" + Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }
}
