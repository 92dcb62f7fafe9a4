package dev.prefork.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.prefork.it.Launch;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs a copy of {@code mvnw} with properties of its own, which pin a small archive that a server in this JVM gives out.
 * The commands it may find are in one directory, so that each test says what its machine has.
 */
class MavenWrapperTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

    /** What every Debian has: coreutils, tar and gzip. */
    private static final List<String> BASIC =
            List.of("dirname", "mktemp", "mkdir", "mv", "rm", "cat", "tar", "gzip", "sha512sum");

    private final AtomicInteger downloads = new AtomicInteger();

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    private Path project;
    private Path commands;
    private Path kept;
    private Path archive;
    private HttpServer server;

    @BeforeEach
    void copyTheWrapperAndServeAnArchive() throws Exception {
        project = Files.createDirectories(directory.resolve("a project"));
        commands = Files.createDirectory(directory.resolve("bin"));
        kept = directory.resolve("home");
        archive = fakeMaven();
        Files.copy(Path.of("mvnw"), project.resolve("mvnw"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createDirectory(project.resolve(".mvn"));
        Files.copy(Path.of(".mvn/Fetch.java"), project.resolve(".mvn/Fetch.java"));
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/maven.tar.gz", exchange -> {
            downloads.incrementAndGet();
            exchange.sendResponseHeaders(200, Files.size(archive));
            Files.copy(archive, exchange.getResponseBody());
            exchange.close();
        });
        server.start();
        pin(sha512(archive), address("gone.tar.gz"), address("maven.tar.gz"));
        for (String command : BASIC) {
            allow(command);
        }
    }

    @AfterEach
    void stopTheServer() {
        server.stop(0);
    }

    @Test
    void runsTheMavenOnThePathWhenItIsNewEnough() throws Exception {
        mavenOnThePath("Apache Maven 3.8.7");

        RunningProcess run = run("-B", "two words");

        assertThat(run.awaitExit(SOON)).isZero();
        assertThat(run.stdout()).isEqualTo("on the path: -B two words");
        assertThat(run.stderr()).isEmpty();
        assertThat(downloads).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({
        "Apache Maven 3.8.6 (abc), true",
        "Apache Maven 3.10.0, false",
        "Apache Maven 4.0.0-rc-4, false",
        "'\033[1mApache Maven 3.9.9\033[m', false",
        "Apache Maven 2.2.1, true",
        "Apache Maven 3.8, true",
        "Apache Maven 4, false",
        "Error: no Java, true",
    })
    void comparesVersionsByNumberAndFetchesWhenTheOneOnThePathIsTooOld(String says, boolean fetches) throws Exception {
        allow("curl");
        mavenOnThePath(says);

        RunningProcess run = run("verify");

        assertThat(run.awaitExit(SOON)).isZero();
        assertThat(run.stdout()).isEqualTo(fetches ? "fetched: verify" : "on the path: verify");
        assertThat(downloads).hasValue(fetches ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"curl", "wget", "java"})
    void fetchesWithWhateverTheMachineHasAndKeepsWhatItFetched(String tool) throws Exception {
        if (!tool.equals("java")) {
            allow(tool);
        }

        RunningProcess first = run("one");
        assertThat(first.awaitExit(SOON)).isZero();
        RunningProcess second = run("two");
        assertThat(second.awaitExit(SOON)).isZero();

        assertThat(first.stdout()).isEqualTo("fetched: one");
        assertThat(first.stderr()).contains("fetching 9.9.9 from " + address("maven.tar.gz"));
        assertThat(second.stdout()).isEqualTo("fetched: two");
        assertThat(second.stderr()).isEmpty();
        assertThat(downloads).hasValue(1);
        assertThat(leftovers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesAnArchiveWithAnotherChecksumAndKeepsNothing(boolean withShaTool) throws Exception {
        allow("curl");
        pin(sha512(Path.of("mvnw")), address("maven.tar.gz"), address("maven.tar.gz"));
        if (!withShaTool) {
            Files.delete(commands.resolve("sha512sum"));
        }

        RunningProcess run = run("verify");

        assertThat(run.awaitExit(SOON)).isEqualTo(1);
        assertThat(run.stdout()).isEmpty();
        assertThat(run.stderr())
                .contains("does not have the SHA-512 of Maven 9.9.9")
                .contains("MVNW_MAVEN_URL");
        assertThat(leftovers()).isEmpty();
        assertThat(kept.resolve("prefork-maven")).isEmptyDirectory();
    }

    @Test
    void checksTheSumWithJavaWhereNoToolDoes() throws Exception {
        allow("curl");
        Files.delete(commands.resolve("sha512sum"));

        RunningProcess run = run("verify");

        assertThat(run.awaitExit(SOON)).isZero();
        assertThat(run.stdout()).isEqualTo("fetched: verify");
    }

    @Test
    void takesAMirrorsAddressFromTheEnvironmentButNotItsWordForTheContent() throws Exception {
        allow("curl");
        pin(sha512(archive), address("gone.tar.gz"), address("gone.tar.gz"));

        RunningProcess mirrored =
                launch("verify").env("MVNW_MAVEN_URL", address("maven.tar.gz")).start();
        assertThat(mirrored.awaitExit(SOON)).isZero();
        assertThat(mirrored.stdout()).isEqualTo("fetched: verify");

        pin(sha512(Path.of("mvnw")), address("gone.tar.gz"), address("gone.tar.gz"));
        RunningProcess forged =
                launch("verify").env("MVNW_MAVEN_URL", address("maven.tar.gz")).start();
        assertThat(forged.awaitExit(SOON)).isEqualTo(1);
        assertThat(forged.stderr()).contains("thrown away");
    }

    @ParameterizedTest
    @ValueSource(strings = {"curl", "wget"})
    void saysInOneLineWhatToDoWhenNoAddressAnswers(String tool) throws Exception {
        allow(tool);
        pin(sha512(archive), address("gone.tar.gz"), address("gone.tar.gz"));

        RunningProcess run = run("verify");

        assertThat(run.awaitExit(SOON)).isEqualTo(1);
        assertThat(run.stderr().lines().reduce((first, last) -> last)).hasValueSatisfying(last -> assertThat(last)
                .startsWith("mvnw: Maven 9.9.9 could not be fetched")
                .contains("install Maven 3.8.7 or newer", "MVNW_MAVEN_URL"));
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void letsRunsAtTheSameTimeEndWithOneWholeCopy() throws Exception {
        allow("curl");
        List<RunningProcess> runs = Stream.of("a", "b", "c", "d")
                .map(argument -> launch(argument).start())
                .toList();

        for (RunningProcess run : runs) {
            assertThat(run.awaitExit(SOON)).as(run.dump()).isZero();
            assertThat(run.stdout()).startsWith("fetched: ");
        }
        assertThat(leftovers()).isEmpty();
        try (Stream<Path> copies = Files.list(kept.resolve("prefork-maven"))) {
            assertThat(copies).singleElement().satisfies(copy -> assertThat(copy.resolve("bin"))
                    .isDirectoryContaining("glob:**/mvn"));
        }
    }

    @Test
    void saysWhichJavaIsMissing() throws Exception {
        RunningProcess none = launch("verify").without("JAVA_HOME").start();
        RunningProcess wrong = launch("verify").env("JAVA_HOME", "/nowhere").start();

        assertThat(none.awaitExit(SOON)).isEqualTo(1);
        assertThat(none.stderr())
                .isEqualTo("mvnw: there is no java on the PATH and JAVA_HOME is not set: install a JDK 17 or newer");
        assertThat(wrong.awaitExit(SOON)).isEqualTo(1);
        assertThat(wrong.stderr()).startsWith("mvnw: JAVA_HOME is /nowhere").hasLineCount(1);
    }

    @Test
    void agreesWithTheProjectFileOnTheOldestMavenAndPinsAWholeChecksum() throws IOException {
        String pinned = Files.readString(Path.of(".mvn/mvnw.properties"));
        String minimum = pinned.replaceAll("(?s).*\nminimum=([^\n]*)\n.*", "$1");

        assertThat(Files.readString(Path.of("pom.xml")))
                .contains("<maven.version.minimum>" + minimum + "</maven.version.minimum>");
        assertThat(pinned).containsPattern("\nsha512=[0-9a-f]{128}\n");
        String version = pinned.replaceAll("(?s).*\nversion=([^\n]*)\n.*", "$1");
        assertThat(pinned.lines().filter(line -> line.matches("(url|fallback)=.*")))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .containsPattern("=https://[a-z]+\\.apache\\.org/")
                        .endsWith("apache-maven-" + version + "-bin.tar.gz"));
    }

    private RunningProcess run(String... arguments) {
        return launch(arguments).start();
    }

    private Launch launch(String... arguments) {
        String[] command = Stream.concat(Stream.of(project.resolve("mvnw").toString()), Stream.of(arguments))
                .toArray(String[]::new);
        return processes
                .command(command)
                .in(project)
                .env("PATH", commands.toString())
                .env("JAVA_HOME", JAVA_HOME.toString())
                .env("MAVEN_USER_HOME", kept.toString())
                .without("MVNW_MAVEN_URL");
    }

    private String address(String file) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + file;
    }

    private void pin(String sha512, String url, String fallback) throws IOException {
        Files.writeString(
                project.resolve(".mvn/mvnw.properties"),
                "minimum=3.8.7\nversion=9.9.9\nsha512=" + sha512 + "\nurl=" + url + "\nfallback=" + fallback + "\n");
    }

    private void mavenOnThePath(String says) throws IOException {
        script(commands.resolve("mvn"), """
                #!/bin/sh
                [ "$1" = --version ] && echo '%s' || echo "on the path: $*"
                """.formatted(says));
    }

    private Path fakeMaven() throws Exception {
        Path home = Files.createDirectories(directory.resolve("pack/apache-maven-9.9.9/bin"));
        script(home.resolve("mvn"), "#!/bin/sh\necho \"fetched: $*\"\n");
        Path packed = directory.resolve("maven.tar.gz");
        RunningProcess tar = processes
                .command(
                        "tar",
                        "-czf",
                        packed.toString(),
                        "-C",
                        directory.resolve("pack").toString(),
                        "apache-maven-9.9.9")
                .start();
        assertThat(tar.awaitExit(SOON)).isZero();
        return packed;
    }

    private static void script(Path path, String text) throws IOException {
        Files.writeString(path, text);
        assertThat(path.toFile().setExecutable(true)).isTrue();
    }

    /** A script and no link: JUnit warns of links that lead out of its directory. */
    private void allow(String command) throws IOException {
        script(commands.resolve(command), "#!/bin/sh\nexec " + Tools.require(command) + " \"$@\"\n");
    }

    private List<Path> leftovers() throws IOException {
        if (!Files.exists(kept)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(kept)) {
            return files.filter(file -> file.getFileName().toString().startsWith(".fetch"))
                    .toList();
        }
    }

    private static String sha512(Path file) throws IOException, NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(file)));
    }
}
