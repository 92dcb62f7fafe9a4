package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Http;
import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Servers that people use, unchanged. */
class ServersIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void gunicornServesFromTheSharedSocketAndIsReplacedWithAllItsChildren() {
        Tools.require("gunicorn");
        StartedMaster master = start(
                "--workers 2 --listen 127.0.0.1:0",
                List.of("gunicorn", "--workers", "1", "--chdir", resources(), "app:app"));
        Map<Integer, WorkerAnswer> before = master.awaitAnswersOf(2);
        assertThat(before.get(0).pid()).isEqualTo(master.workerPid(0));
        assertThat(before.get(0).last()).isNotEqualTo(before.get(0).pid());

        Proc.signal(before.get(0).pid(), "KILL");

        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(
                        Proc.isAlive(before.get(0).last()))
                .isFalse());
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(
                        master.awaitAnswersOf(2).get(0).pid())
                .isNotEqualTo(before.get(0).pid()));
        WorkerAnswer after = master.awaitAnswersOf(2).get(0);
        assertThat(after.pid()).isEqualTo(master.workerPid(0));
        assertThat(master.awaitAnswersOf(2).get(1).pid())
                .isEqualTo(before.get(1).pid());
        master.stop();
    }

    @Test
    void nodeListensOnTheDescriptor() {
        Tools.require("node");
        StartedMaster master = start("--workers 2 --listen 127.0.0.1:0", List.of("node", resources() + "/server.js"));

        Map<Integer, WorkerAnswer> answers = master.awaitAnswersOf(2);

        assertThat(answers.get(0).pid()).isEqualTo(master.workerPid(0));
        assertThat(answers.get(1).pid()).isEqualTo(master.workerPid(1));
        master.stop();
    }

    @Test
    void nginxTakesItForAnUpgradeOfItself(@TempDir Path directory) throws Exception {
        Tools.require("nginx");
        int port = freePort();
        Path configuration = Files.writeString(directory.resolve("nginx.conf"), nginxConfiguration(port));
        String pidFiles = "exec nginx -p \"$1\" -c \"$2\" -g \"pid $1/$PREFORK_SLOT.pid; daemon off;\"";
        StartedMaster master = start(
                "--workers 2 --dialect nginx --listen 127.0.0.1:" + port,
                List.of("sh", "-c", pidFiles, "sh", directory.toString(), configuration.toString()));

        Awaitility.await()
                .atMost(SOON)
                .until(() -> Files.exists(directory.resolve("0.pid")) && Files.exists(directory.resolve("1.pid")));
        master.awaitReady();

        assertThat(Http.get(port, "/").body()).isEqualTo("nginx here");
        for (int slot = 0; slot < 2; slot++) {
            String pid = Files.readString(directory.resolve(slot + ".pid")).strip();
            assertThat(pid).isEqualTo(Long.toString(master.workerPid(slot)));
        }
        master.process().awaitLines("using inherited sockets from \"3;\"", 2, SOON);
        master.stop();
    }

    @Test
    void uwsgiTakesItForSystemdsSocketActivation() {
        Tools.require("uwsgi-core");
        StartedMaster master = start(
                "--workers 2 --listen 127.0.0.1:0",
                List.of(
                        "uwsgi-core",
                        "--plugin",
                        "python3",
                        "--protocol",
                        "http",
                        "--need-app",
                        "--die-on-term",
                        "--wsgi-file",
                        resources() + "/app.py"));

        Map<Integer, WorkerAnswer> answers = master.awaitAnswersOf(2);

        assertThat(answers.get(0).last()).isEqualTo(master.workerPid(0));
        assertThat(answers.get(1).last()).isEqualTo(master.workerPid(1));
        master.stop();
    }

    private StartedMaster start(String options, List<String> command) {
        return StartedMaster.of(
                processes.prefork(Jdks.running(), arguments(options, command)).start());
    }

    private static String resources() {
        return Scripts.path("command").toString();
    }

    private static String nginxConfiguration(int port) {
        // Its address has to be the inherited one's, or it would bind another.
        return """
                worker_processes 1;
                error_log stderr notice;
                events { worker_connections 64; }
                http {
                  access_log off;
                  server { listen 127.0.0.1:%d; location / { return 200 "nginx here"; } }
                }
                """.formatted(port);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
