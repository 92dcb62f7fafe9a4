package dev.prefork.it.hostile;

import static dev.prefork.it.command.StartedMaster.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Waits;
import dev.prefork.it.Http;
import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A temporary directory that is shared with hostile users, who make files, directories and links there beforehand, under the
 * names that Quarkus and Vert.x use; the boot cache's are {@link BootCacheUserIT}'s. The JVM's own hsperfdata is always below /tmp, which no test may spoil for others.
 */
class PlantedFilesIT {
    private static final String BOUNDARY = "b";

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    private final Jdk jdk = Jdks.running();
    private final User owner = User.of(61_125);
    private final User other = User.of(61_126);
    private Path shared;
    private Path precious;

    @BeforeEach
    void share() throws IOException {
        owner.requirePrefork(jdk);
        shared = Files.createDirectory(directory.resolve("shared"));
        precious = Files.createDirectory(directory.resolve("precious"));
        for (Path each : List.of(directory, shared, precious)) {
            Files.setAttribute(each, "unix:mode", 01777);
        }
    }

    @ParameterizedTest
    @CsvSource({"vertx-cache,file", "vertx-cache,directory", "vertx-cache,link", "uploads,file", "uploads,link"})
    void whatIsThereBeforehandIsNeitherUsedNorInTheWay(String name, String kind) throws IOException {
        Path planted = plant(shared.resolve(name), kind);
        StartedMaster master = start();

        upload(master.management());
        upload(port(master));

        assertThat(precious).isEmptyDirectory();
        assertThat(entries(shared)).hasSize(2).contains(planted).anySatisfy(this::isPrivate);
        master.stop();
        assertThat(entries(shared)).containsExactly(planted);
        assertThat(precious).isEmptyDirectory();
    }

    @Test
    void nothingIsLeftOfAWorkerThatWasKilled() throws IOException {
        StartedMaster master = start();
        Path mine = entries(shared).get(0);
        assertThat(entries(mine)).hasSize(2).allSatisfy(this::isPrivate);

        long victim = master.workerPid(0);
        Proc.signal(victim, "KILL");
        master.process().awaitLine("worker 0 .* started to replace pid " + victim, SOON);
        Waits.await().until(() -> entries(mine).size() == 3);

        master.stop();
        assertThat(entries(shared)).isEmpty();
    }

    @Test
    void whereNoFileCanBeMadeWorkersServeAllTheSame() throws IOException {
        Files.setAttribute(shared, "unix:mode", 0555);
        StartedMaster master = start();

        assertThat(master.process().stdout())
                .contains("no directory can be made in " + shared
                        + " (Permission denied), so workers serve no static files");
        upload(master.management());
        upload(port(master));
        assertThat(entries(shared)).isEmpty();
        assertThat(master.process().stderr()).isEmpty();
        master.stop();
    }

    private StartedMaster start() {
        List<String> words = new ArrayList<>(
                PackagedJar.command(jdk, List.of("-Djava.io.tmpdir=" + shared, "-Dquarkus.profile=test")));
        words.addAll(List.of("--workers", "2", "--listen", "127.0.0.1:0", "--boot-cache", "off"));
        StartedMaster master = StartedMaster.of(
                processes.command(owner.command(words).toArray(String[]::new)).start());
        master.process().awaitLine("all workers ready", SOON);
        return master;
    }

    /** As the other user. */
    private Path plant(Path path, String kind) throws IOException {
        switch (kind) {
            case "file" -> Files.createFile(path);
            case "directory" -> Files.createDirectory(path);
            default -> Files.createSymbolicLink(path, precious);
        }
        Files.setAttribute(path, "unix:uid", other.id(), LinkOption.NOFOLLOW_LINKS);
        if (kind.equals("directory")) {
            Files.setAttribute(path, "unix:mode", 0700);
        }
        return path;
    }

    private void isPrivate(Path path) throws IOException {
        assertThat(path.getFileName().toString()).startsWith("prefork-");
        assertThat((int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777)
                .isEqualTo(0700);
        assertThat(Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS))
                .isEqualTo(owner.id());
    }

    /** Any answer will do, or none: what counts is what is on the disk then. */
    private static void upload(int port) throws IOException {
        String body = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n" + "x".repeat(20_000) + "\r\n--" + BOUNDARY
                + "--\r\n";
        for (String path : List.of("/q/health/live", "/q/metrics", "/", "/missing")) {
            try (Http connection = Http.open(Http.port(port))) {
                connection.send(
                        "POST", path, Map.of("Content-Type", "multipart/form-data; boundary=" + BOUNDARY), body);
            } catch (IOException refused) {
                assertThat(refused).hasMessageNotContaining("refused");
            }
        }
    }

    private static int port(StartedMaster master) throws IOException {
        return ((InetSocketAddress) master.listener("http")).getPort();
    }

    private static List<Path> entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }
}
