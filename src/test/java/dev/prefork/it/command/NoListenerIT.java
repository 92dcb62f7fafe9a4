package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Waits;
import dev.prefork.it.Answer;
import dev.prefork.it.Http;
import dev.prefork.it.Jdks;
import dev.prefork.it.OutputLine;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code --listen none}: workers bind their own ports, and the master does everything else for them. */
class NoListenerIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    @Test
    void aWorkerIsReadyOnceItListensIsReplacedWhenItDiesAndStopsInOrder() throws Exception {
        List<String> command = Scripts.python("command/ownport.py", directory.toString(), "0");
        StartedMaster master = start("--listen none --recover-threshold 9", command);

        await("started-0");
        assertThat(master.isReady()).isFalse();
        assertThat(lines(master)).anyMatch(line -> line.contains("1 worker, the default with --listen none"));
        create("healthy");
        create("listen");
        master.awaitReady();
        assertThat(answer(0)).isEqualTo("0 " + master.workerPid(0));

        WorkerView worker = new WorkerView(master.workerPid(0));
        assertThat(worker.environment()).noneMatch(variable -> variable.startsWith("LISTEN_"));
        assertThat(worker.environment("NOTIFY_SOCKET")).hasSize(1);
        assertThat(Proc.fds(worker.pid()).get(3)).startsWith("pipe:");
        assertThat(master.metrics())
                .contains("prefork_workers_desired 1")
                .anyMatch(line -> line.startsWith("prefork_saturation_ratio "))
                .noneMatch(line -> line.startsWith("prefork_listener_queue{"));

        Files.delete(directory.resolve("port-0"));
        Proc.signal(worker.pid(), "KILL");
        await("port-0");
        Waits.await().until(() -> answer(0).equals("0 " + master.workerPid(0)));
        assertThat(master.workerPid(0)).isNotEqualTo(worker.pid());
        master.awaitReady();

        master.stop();
        assertThat(lines(master))
                .anyMatch(line -> line.contains("stopped after"))
                .noneMatch(line -> line.contains("accept queue"));
    }

    @Test
    void eachOfSeveralWorkersIsAskedAtItsOwnAddress() throws Exception {
        int ports = freePorts();
        String script = "exec \"$@\" " + ports + "$PREFORK_SLOT";
        List<String> server = Scripts.python("command/ownport.py", directory.toString());
        List<String> command = IntStream.range(0, 4 + server.size())
                .mapToObj(i -> i < 4 ? List.of("sh", "-c", script, "sh").get(i) : server.get(i - 4))
                .toList();
        create("listen");
        StartedMaster master = start(
                "--listen none --workers 2 --min-ready 2 --ready http=http://127.0.0.1:" + ports + "{slot}/healthz",
                command);

        await("port-0");
        await("port-1");
        assertThat(master.isReady()).as("they listen, and answer 503").isFalse();
        create("healthy");
        master.awaitReady();

        assertThat(answer(0)).isEqualTo("0 " + master.workerPid(0));
        assertThat(answer(1)).isEqualTo("1 " + master.workerPid(1));
        master.stop();
    }

    @Test
    void explainSaysWhyThereIsOneWorkerAndWhatAStopIs() {
        RunningProcess explain = processes
                .prefork(Jdks.running(), "explain", "--listen", "none", "--", "sleep", "1")
                .start();

        assertThat(explain.awaitExit(SOON)).as(explain::dump).isZero();
        assertThat(explain.stdout())
                .containsPattern("\n  workers +1 +--workers \\(default with --listen none\\)\n")
                .containsPattern("\n  listen +none +--listen\n")
                .contains("\n  1 worker, the default with --listen none: ")
                .doesNotContain("accept queue, and get SIGTERM");
    }

    @Test
    void builtInWorkersHaveNothingToServeThen() {
        RunningProcess process =
                processes.prefork(Jdks.running(), "--listen", "none").start();

        assertThat(StartedMaster.awaitRefusal(process, 2))
                .startsWith("prefork: --listen none: built-in workers serve from the master's listeners");
    }

    private StartedMaster start(String options, List<String> command) {
        return StartedMaster.of(
                processes.prefork(Jdks.running(), arguments(options, command)).start());
    }

    private String answer(int slot) throws IOException {
        Answer answer = Http.get(Integer.parseInt(Files.readString(directory.resolve("port-" + slot))), "/");
        return answer.body();
    }

    private void create(String name) throws IOException {
        Files.createFile(directory.resolve(name));
    }

    private void await(String name) {
        Waits.await(name).until(() -> Files.exists(directory.resolve(name)));
    }

    private static List<String> lines(StartedMaster master) {
        return master.process().output().stream().map(OutputLine::text).toList();
    }

    /** A number to which 0 and 1 can be appended for ports that are free; outside the range of ephemeral ones. */
    private static int freePorts() {
        return IntStream.range(1200, 3200)
                .filter(tens -> isFree(10 * tens) && isFree(10 * tens + 1))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            return free.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
