package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Commands that bind a port themselves, where Prefork listens for them: each end says what would help. */
class UnusedListenersIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void aServerOnAPortOfItsOwnIsSaidToUseNoneOfItsListeners() {
        RunningProcess process = start("--start-timeout 3s --listen 127.0.0.1:0", 0);

        assertThat(StartedMaster.awaitRefusal(process, 3))
                .contains(
                        "start timeout, SIGKILL, used none of its listeners; ",
                        "give it the sockets by --dialect or its own options (docs/RECIPES.md)",
                        "--listen none if it binds its own port");
        assertThat(process.stdout())
                .containsPattern("worker 0 \\(pid \\d+\\) stopping: not ready after 3000 ms and used none of its"
                        + " listeners: give it .*--listen none");
    }

    @Test
    void ofAServerThatFindsItsPortInUseTheMasterSaysWhoMayUseIt() throws IOException {
        int port = freePort();
        RunningProcess process = start("--listen 127.0.0.1:" + port, port);

        // Its own words come first, a traceback.
        assertThat(process.awaitExit(SOON)).as(process::dump).isEqualTo(3);
        assertThat(process.stderr().lines().filter(line -> line.startsWith("prefork: ")))
                .singleElement()
                .asString()
                .contains("exit code 1; ", "if it says that the address is in use", "or use --listen none");
    }

    @Test
    void explainAndCheckWarnOfIt() {
        for (String verb : List.of("explain", "check")) {
            RunningProcess process = processes
                    .prefork(Jdks.running(), arguments(verb + " --workers 1", command(8080)))
                    .start();

            assertThat(process.awaitExit(SOON)).as(process::dump).isZero();
            assertThat((process.stdout() + process.stderr()).replaceAll("\\s+", " "))
                    .contains("http.server binds its own port, and a worker that uses none of the listeners");
        }
    }

    private RunningProcess start(String options, int port) {
        return processes
                .prefork(Jdks.running(), arguments(options + " --workers 1", command(port)))
                .start();
    }

    private static List<String> command(int port) {
        String python = Scripts.worker().get(0);
        return List.of(python, "-m", "http.server", "--bind", "127.0.0.1", String.valueOf(port));
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return free.getLocalPort();
        }
    }
}
