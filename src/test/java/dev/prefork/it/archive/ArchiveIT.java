package dev.prefork.it.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.FullRing;
import dev.prefork.it.Http;
import dev.prefork.it.Jdks;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./mvnw -Prelease package} leaves to be downloaded. */
@FullRing("it builds the application three times, with Maven")
@Timeout(1200)
class ArchiveIT {
    private static final String TOP = "prefork-" + ReleaseBuild.VERSION + "/";
    private static final String ARCHIVE = "prefork-" + ReleaseBuild.VERSION + ".tar.gz";
    private static final Duration SOON = Duration.ofMinutes(2);

    /** What this Quarkus numbers in the order in which its parallel build steps happen to run; see CONTRIBUTING.md. */
    private static final String NOT_REPRODUCIBLE = "quarkus/generated-bytecode.jar";

    @RegisterExtension
    static final Processes BUILDS = Processes.ofClass();

    @TempDir
    static Path builds;

    private static ReleaseBuild release;

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path place;

    @BeforeAll
    @Timeout(1800)
    static void build() throws IOException {
        Tools.require("tar");
        release = ReleaseBuild.in(BUILDS, builds.resolve("first"));
        release.build();
    }

    private String output(Path directory, String... command) {
        RunningProcess process = processes.command(command).in(directory).start();
        assertThat(process.awaitExit(SOON)).as(process::dump).isZero();
        return process.stdout();
    }

    /** In a directory whose name has a blank in it. */
    private Path unpacked(Path archive) throws IOException {
        Path directory = Files.createDirectories(place.resolve("opt of mine"));
        output(directory, "tar", "-xzf", archive.toString());
        return directory.resolve(TOP);
    }

    /** Such as {@code -rwxr-xr-x 0/0 4040 2026-11-01 00:00 prefork-1.0/bin/prefork}. */
    private List<String> listing(Path archive) {
        return output(place, "tar", "--numeric-owner", "--utc", "-tvzf", archive.toString())
                .lines()
                .map(line -> line.replaceAll(" +", " "))
                .toList();
    }

    @Test
    void oneDirectoryHasAllOfItAndNothingOfTheMachineThatBuiltIt() {
        List<String> listing = listing(release.target(ARCHIVE));

        assertThat(listing).allSatisfy(line -> assertThat(line)
                .matches("(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x) 0/0 \\d+ 2026-11-01 00:00 " + TOP + ".*"));
        assertThat(listing.stream().map(line -> line.substring(line.indexOf(TOP) + TOP.length())))
                .doesNotHaveDuplicates()
                .contains(
                        "bin/prefork",
                        "class-archive.sh",
                        "quarkus-run.jar",
                        "app/prefork-" + ReleaseBuild.VERSION + ".jar",
                        "native/x86_64-Linux/libjffi-1.2.so",
                        "native/x86_64-Linux/libnetty_transport_native_epoll_x86_64.so",
                        "native/aarch64-Linux/libjffi-1.2.so",
                        "native/aarch64-Linux/libnetty_transport_native_epoll_aarch_64.so",
                        "LICENSE",
                        "share/bash-completion/completions/prefork",
                        "share/zsh/site-functions/_prefork",
                        "share/man/man1/prefork.1",
                        "share/doc/prefork/sbom.json")
                .anyMatch(name -> name.matches("share/doc/prefork/third-party/jackson-core-.*/META-INF/NOTICE"))
                .noneMatch(name -> name.endsWith(".jsa"));
        assertThat(listing.stream().filter(line -> line.startsWith("-rwx")))
                .as("what can be run")
                .extracting(line -> line.substring(line.indexOf(TOP) + TOP.length()))
                .filteredOn(name -> !name.endsWith(".so"))
                .containsExactlyInAnyOrder("bin/prefork", "class-archive.sh");
    }

    @Test
    void checksumsAreAsTheToolReadsThem() {
        Path target = release.target("");
        String bom = "prefork-" + ReleaseBuild.VERSION + "-sbom.json";

        assertThat(output(target, "sha256sum", "-c", ARCHIVE + ".sha256", bom + ".sha256"))
                .isEqualTo(ARCHIVE + ": OK\n" + bom + ": OK");
    }

    private RunningProcess start(String launcher) {
        List<String> command = new ArrayList<>(List.of(launcher, "--workers", "2", "--listen", "127.0.0.1:0", "--"));
        command.addAll(Scripts.worker());
        return processes
                .command(command.toArray(String[]::new))
                .in(Path.of("/"))
                .env("JAVA_HOME", Jdks.running().home().toString())
                .env("QUARKUS_MANAGEMENT_PORT", "0")
                .start();
    }

    @Test
    void unpackedAndCalledThroughALinkItServes() throws IOException {
        Path home = unpacked(release.target(ARCHIVE));
        Path link = Files.createSymbolicLink(place.resolve("prefork"), home.resolve("bin/prefork"));

        StartedMaster master = StartedMaster.of(start(link.toString()));

        assertThat(Http.get(master.listener("http"), "/").status()).isEqualTo(200);
        assertThat(master.process().children()).hasSize(2);
        master.process().signal("TERM");
        assertThat(master.process().awaitExit(SOON)).as(master.process()::dump).isZero();
        assertThat(output(place, link.toString(), "version")).startsWith("prefork " + ReleaseBuild.VERSION + " (JVM");
    }

    /** The build's own archive of classes fits neither the place nor, most often, the Java: one is made where it is unpacked. */
    @Test
    void anArchiveOfClassesCanBeMadeInItsPlace() throws IOException {
        Path home = unpacked(release.target(ARCHIVE));
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        RunningProcess script = processes
                .command(home.resolve("class-archive.sh").toString(), home.toString(), "--listen", "127.0.0.1:0")
                .env("PATH", Jdks.running().java().getParent() + ":" + System.getenv("PATH"))
                .env("QUARKUS_MANAGEMENT_PORT", Integer.toString(port))
                .start();
        assertThat(script.awaitExit(Duration.ofMinutes(5))).as(script::dump).isZero();

        StartedMaster master =
                StartedMaster.of(start(home.resolve("bin/prefork").toString()));

        assertThat(Files.readString(
                        Path.of("/proc", Long.toString(master.process().pid()), "maps")))
                .contains(home.resolve("classes.jsa").toString());
        assertThat(master.process().dump()).doesNotContain("[warning]", "[error", "shared archive");
        master.process().signal("TERM");
        assertThat(master.process().awaitExit(SOON)).as(master.process()::dump).isZero();
    }

    @Test
    void aSecondBuildElsewhereGivesTheSameBytes() throws IOException {
        ReleaseBuild second = ReleaseBuild.in(BUILDS, builds.resolve("second place"));
        second.build();

        assertThat(names(second.target(ARCHIVE))).isEqualTo(names(release.target(ARCHIVE)));
        Map<String, String> sums = sums(release.target(ARCHIVE), "one");
        assertThat(sums).hasSizeGreaterThan(100);
        assertThat(sums(second.target(ARCHIVE), "other")).isEqualTo(sums);
        String bom = "prefork-" + ReleaseBuild.VERSION + "-sbom.json";
        assertThat(second.target(bom)).hasSameBinaryContentAs(release.target(bom));
    }

    /** In the order of the archive. */
    private List<String> names(Path archive) {
        return output(place, "tar", "-tzf", archive.toString()).lines().toList();
    }

    private Map<String, String> sums(Path archive, String name) throws IOException {
        Path directory = Files.createDirectory(place.resolve(name));
        output(directory, "tar", "-xzf", archive.toString());
        Map<String, String> sums = new TreeMap<>();
        output(directory, "sh", "-c", "find . -type f -exec sha256sum {} +")
                .lines()
                .forEach(line -> {
                    String[] sumAndFile = line.split(" +", 2);
                    sums.put(sumAndFile[1], sumAndFile[0]);
                });
        assertThat(sums.keySet().removeIf(file -> file.endsWith(NOT_REPRODUCIBLE)))
                .isTrue();
        return sums;
    }

    /** A script stands for the executable, which only GraalVM can build. */
    @Test
    void thatOfANativeExecutableHasItsLibrariesWhereItLooksForThem() throws IOException {
        String architecture = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64";
        String archive = "prefork-" + ReleaseBuild.VERSION + "-linux-" + architecture + ".tar.gz";
        Path executable = release.target("prefork-" + ReleaseBuild.VERSION + "-runner");
        Files.writeString(executable, "#!/bin/sh\necho \"$0\"\n");
        release.build("-Dnative", "-Dquarkus.native.enabled=false", "-Dquarkus.package.jar.enabled=true");

        assertThat(names(release.target(archive)).stream().map(name -> name.substring(TOP.length())))
                .contains("LICENSE", "share/man/man1/prefork.1", "share/doc/prefork/sbom.json")
                .filteredOn(name -> !name.startsWith("share/") && !name.endsWith("/") && !name.isEmpty())
                .containsExactlyInAnyOrder(
                        "bin/prefork",
                        "bin/native/" + architecture + "-Linux/libjffi-1.2.so",
                        "bin/native/" + architecture + "-Linux/libnetty_transport_native_epoll_"
                                + architecture.replace("aarch64", "aarch_64") + ".so",
                        "LICENSE");
        assertThat(output(release.target(""), "sha256sum", "-c", archive + ".sha256"))
                .isEqualTo(archive + ": OK");
        Path program = unpacked(release.target(archive)).resolve("bin/prefork");
        assertThat(output(place, program.toString())).isEqualTo(program.toString());
    }
}
