package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.Processes;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The conventions of other supervisors, beside {@code LISTEN_FDS}, each spoken with a worker that knows no other. */
class DialectIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void serverStarterNamesAddressesAndDescriptors(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("a.sock");
        StartedMaster master = start("server-starter", "http=tcp4://127.0.0.1:0,local=unix://" + path);

        assertThat(WorkerAnswer.parse(master.get("/")).last()).isEqualTo(3);
        assertThat(WorkerAnswer.parse(master.get("local", "/")).last()).isEqualTo(4);

        int port = ((InetSocketAddress) master.listener("http")).getPort();
        assertThat(worker(master).environment("SERVER_STARTER_PORT"))
                .containsExactly("127.0.0.1:" + port + "=3;" + path + "=4");
        master.stop();
    }

    @Test
    void einhornCountsDescriptors(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("a.sock");
        StartedMaster master = start("einhorn", "http=tcp4://127.0.0.1:0,local=unix://" + path);

        assertThat(WorkerAnswer.parse(master.get("/")).last()).isEqualTo(3);
        assertThat(WorkerAnswer.parse(master.get("local", "/")).last()).isEqualTo(4);

        assertThat(worker(master).environment("EINHORN_FD_COUNT")).containsExactly("2");
        assertThat(worker(master).environment("EINHORN_FD_0")).containsExactly("3");
        assertThat(worker(master).environment("EINHORN_FD_1")).containsExactly("4");
    }

    @Test
    void stdinIsTheFirstListenerToo() throws Exception {
        StartedMaster master = start("stdin", "127.0.0.1:0");

        Map<Integer, WorkerAnswer> answers = master.awaitAnswersOf(2);

        assertThat(answers.values())
                .allSatisfy(answer -> assertThat(answer.last()).isZero());
        assertThat(master.get("/descriptors")).isEqualTo("0 1 2 3 4 5 6");
        master.stop();
    }

    @Test
    void withoutBeingAskedForNoneOfThemIsSpoken() throws Exception {
        StartedMaster master = start("", "127.0.0.1:0");

        master.get("/");

        assertThat(worker(master).environment()).noneMatch(entry -> entry.matches("(SERVER_STARTER|EINHORN|NGINX).*"));
    }

    private static WorkerView worker(StartedMaster master) {
        return new WorkerView(master.workerPid(0));
    }

    private StartedMaster start(String dialect, String listen) {
        String option = dialect.isEmpty() ? "" : " --dialect " + dialect;
        String sockets = dialect.isEmpty() ? "listen-fds" : dialect;
        return StartedMaster.of(processes
                .prefork(
                        Jdks.running(),
                        arguments("--workers 2 --listen " + listen + option, Scripts.worker("--sockets=" + sockets)))
                .start());
    }
}
