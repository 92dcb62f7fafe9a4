package dev.prefork.it.hostile;

import static dev.prefork.it.command.StartedMaster.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Waits;
import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.OutputLine;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import dev.prefork.it.command.StartedMaster;
import dev.prefork.it.command.WorkerAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What processes of other users, and hostile workers, can do to a master and its workers. */
class NeighboursIT {
    private static final List<String> DENIED = List.of("EACCES", "EPERM");
    private static final int ATTEMPTS = 14;

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    private final Jdk jdk = Jdks.running();
    private final User owner = User.of(61_123);
    private final User other = User.of(61_124);

    @BeforeEach
    void requirePrefork() {
        owner.requirePrefork(jdk);
    }

    @Test
    void anotherUserGetsAtNothingOfTheMasterNorOfItsWorkers() throws IOException {
        StartedMaster master = builtIn("--workers 2 --listen 127.0.0.1:0").awaitReady();
        List<Long> pids = Stream.of(
                        List.of(master.process().pid()), master.process().children())
                .flatMap(List::stream)
                .toList();
        assertThat(pids).hasSize(3);

        assertThat(attempts(other, "--hostile", pids))
                .hasSize(pids.size() * ATTEMPTS)
                .allMatch(line -> DENIED.contains(line.substring(line.lastIndexOf(' ') + 1)));
        assertThat(attempts(owner, "", pids))
                .as("the same user may, so the attempts are ones")
                .contains(pids.get(0) + " environ ok", pids.get(1) + " guess-fd ok", pids.get(2) + " kill ok");

        assertThat(master.process().children()).isEqualTo(pids.subList(1, 3));
        assertThat(master.isReady()).isTrue();
        master.stop();
    }

    @Test
    void aForkBombInAWorkerLeavesTheMasterAndTheOtherWorkerAliveAndStoppable() throws IOException {
        Tools.require("prlimit");
        // Only the workers' limit: all threads of the user count, and a JVM needs a new one to handle a signal.
        StartedMaster master = hostile("--shutdown-grace-period 2s", "prlimit", "--nproc=200:200");
        WorkerAnswer hostile = WorkerAnswer.parse(master.get("/bomb"));
        long sibling = master.workerPid(1 - hostile.slot());
        master.process().awaitLine("forked \\d+, then: Resource temporarily unavailable", SOON);

        Waits.await().until(() -> WorkerAnswer.parse(master.get("/")).pid() == sibling);
        assertThat(master.process().isAlive()).isTrue();
        assertThat(master.process().family()).hasSizeGreaterThan(50);

        master.stop();
    }

    @Test
    void aWorkerThatFloodsTheLogDelaysNothingAndNoLineIsLost() throws IOException {
        StartedMaster master = hostile("--drain-delay 0s");
        master.get("/flood");

        assertThat(master.isReady()).isTrue();
        master.process().awaitLine("^flood 49999$", SOON);
        assertThat(master.process().output().stream()
                        .map(OutputLine::text)
                        .filter(line -> line.matches("flood \\d{5}")))
                .hasSize(50_000);
        master.stop();
    }

    @Test
    void aSocketOfAnotherUserInASharedDirectoryIsNotReplaced() throws IOException {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setAttribute(shared, "unix:mode", 01777);
        Path socket = shared.resolve("app.sock");
        RunningProcess bind = processes
                .command(other.command(List.of(
                                other.python(),
                                "-c",
                                "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])",
                                socket.toString()))
                        .toArray(String[]::new))
                .start();
        assertThat(bind.awaitExit(SOON)).as(bind::dump).isZero();
        Object inode = Files.getAttribute(socket, "unix:ino");

        // As root, who could remove it.
        String line = StartedMaster.awaitRefusal(
                processes
                        .prefork(jdk, "--listen", "unix://" + socket, "--workers", "1")
                        .start(),
                5);

        assertThat(line).contains(socket + " is a socket of user 61124, and this is user 0; remove it if");
        assertThat(Files.getAttribute(socket, "unix:ino")).isEqualTo(inode);
    }

    @Test
    void theModeOfAListenersFileDecidesWhoConnects() throws IOException {
        Path socket = directory.resolve("app.sock");
        Files.setAttribute(directory, "unix:mode", 0755);
        Files.setAttribute(directory, "unix:uid", owner.id());
        StartedMaster master = builtIn("--workers 1 --listen-mode 0660 --listen unix://" + socket)
                .awaitReady();
        assertThat((int) Files.getAttribute(socket, "unix:mode") & 0777).isEqualTo(0660);

        assertThat(connect(other, socket)).isEqualTo("EACCES");
        assertThat(connect(owner, socket)).isEqualTo("ok");
        master.stop();
        assertThat(socket).doesNotExist();
    }

    private StartedMaster builtIn(String options) {
        List<String> words = new ArrayList<>(PackagedJar.command(jdk));
        words.addAll(List.of(options.split(" ")));
        return launch(words);
    }

    /** Two workers that can be asked to be hostile. */
    private StartedMaster hostile(String options, String... before) {
        List<String> command = new ArrayList<>(List.of(before));
        command.addAll(owner.script("hostile/worker.py"));
        return launch(StartedMaster.commandLine(jdk, options + " --workers 2 --listen 127.0.0.1:0", command))
                .awaitReady();
    }

    /** In a session of its own: in this JVM's process group are processes that another user may signal. */
    private StartedMaster launch(List<String> command) {
        List<String> words = new ArrayList<>(List.of(Tools.require("setsid").toString()));
        words.addAll(owner.command(command));
        return StartedMaster.of(processes.command(words.toArray(String[]::new)).start());
    }

    private List<String> attempts(User user, String option, List<Long> pids) {
        return run(
                user,
                user.script(
                        "hostile/neighbour.py",
                        Stream.concat(
                                        Stream.of(option).filter(word -> !word.isEmpty()),
                                        pids.stream().map(String::valueOf))
                                .toArray(String[]::new)));
    }

    private String connect(User user, Path socket) {
        String script = "import errno, socket, sys\n"
                + "try: socket.socket(socket.AF_UNIX).connect(sys.argv[1]); print('ok')\n"
                + "except OSError as error: print(errno.errorcode[error.errno])";
        List<String> lines = run(user, List.of(user.python(), "-c", script, socket.toString()));
        return String.join("", lines);
    }

    private List<String> run(User user, List<String> command) {
        RunningProcess process =
                processes.command(user.command(command).toArray(String[]::new)).start();
        assertThat(process.awaitExit(SOON)).as(process::dump).isZero();
        return process.stdout().lines().toList();
    }
}
