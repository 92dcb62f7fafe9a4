package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.Processes;
import dev.prefork.it.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** php-fpm, as Debian has it: it takes the socket by FPM_SOCKETS, its children block in accept, and QUIT stops it in order. */
class PhpFpmIT {
    private static final int WORKERS = 2;
    private static final int CHILDREN = 2;
    private static final int REQUESTS = 100;

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    @Test
    void itsChildrenStayAndARequestInFlightIsAnsweredWhenItStops() throws Exception {
        Path script = Files.writeString(directory.resolve("pid.php"), "<?php echo getmypid();");
        Path started = directory.resolve("started");
        Path go = directory.resolve("go");
        Path slow = Files.writeString(directory.resolve("slow.php"), """
                <?php touch('%s');
                while (!file_exists('%s')) { usleep(20000); clearstatcache(); }
                echo 'late';""".formatted(started, go));
        StartedMaster master = start(program(), freePort());
        SocketAddress address = master.listener("http");

        Set<String> pids = new TreeSet<>();
        for (int request = 0; request < REQUESTS; request++) {
            pids.add(FastCgi.get(address, script.toString()));
        }
        assertThat(pids).hasSizeLessThanOrEqualTo(WORKERS * CHILDREN);
        CompletableFuture<String> late = CompletableFuture.supplyAsync(() -> get(address, slow));
        Awaitility.await().atMost(SOON).until(() -> Files.exists(started));

        master.process().signal("TERM");
        master.process().awaitLines("worker [01] \\(pid \\d+\\) stopping: ", WORKERS, SOON);
        Files.createFile(go);

        assertThat(late.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo("late");
        assertThat(master.process().awaitExit(SOON)).as(master.process()::dump).isZero();
        master.process().awaitLines("worker [01] \\(pid \\d+\\) stopped after .* \\(exit code 0\\)", WORKERS, SOON);
        assertThat(master.process().output())
                .as("a child that accept does not block ends at once, and is replaced without end")
                .noneMatch(line -> line.text().contains("exited with code 0 after 0."))
                .noneMatch(line -> line.text().contains("was made"));
        assertThat(master.process().family()).isEmpty();
    }

    private static String get(SocketAddress address, Path script) {
        try {
            return FastCgi.get(address, script.toString());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private StartedMaster start(String program, int port) throws IOException {
        Path configuration = Files.writeString(directory.resolve("fpm.conf"), """
                [global]
                error_log = /dev/stderr
                process_control_timeout = 60s
                [www]
                listen = 127.0.0.1:%d
                pm = static
                pm.max_children = %d
                """.formatted(port, CHILDREN));
        String options = "--workers " + WORKERS + " --listen 127.0.0.1:" + port
                + " --blocking-listener http --stop-signal QUIT --env FPM_SOCKETS=127.0.0.1:" + port + "=3";
        return StartedMaster.of(processes
                        .prefork(
                                Jdks.running(),
                                arguments(
                                        options,
                                        Stream.of(program, "-R", "-F", "-n", "-y", configuration.toString())
                                                .toList()))
                        .start())
                .awaitReady();
    }

    /** Its name ends with its version, and it is among the programs of administrators, who alone have those on their PATH. */
    private static String program() throws IOException {
        try (Stream<Path> programs = Files.list(Path.of("/usr/sbin"))) {
            return programs.filter(path -> path.getFileName().toString().startsWith("php-fpm"))
                    .map(Path::toString)
                    .sorted()
                    .findFirst()
                    .orElseGet(() -> Tools.require("php-fpm").toString());
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
