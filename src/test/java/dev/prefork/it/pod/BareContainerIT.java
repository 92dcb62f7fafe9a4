package dev.prefork.it.pod;

import static dev.prefork.it.command.StartedMaster.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.OutputLine;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.ProgramUnderTest;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.command.StartedMaster;
import dev.prefork.it.command.WorkerAnswer;
import dev.prefork.it.command.WorkerView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A master in the barest container: PID 1, any user, nothing that can be written, with and without a shell. */
class BareContainerIT {
    private static final String NO_SHELL = "there is no /bin/sh";
    private static final String[] BUILT_IN = {"--workers", "2", "--listen", "127.0.0.1:0"};

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path home;

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void builtInWorkersServeAreReplacedAndStopped(Jdk jdk) throws IOException {
        BareContainer container = BareContainer.of(jdk, home);
        RunningProcess unshare = container.start(processes, jdk, BUILT_IN);
        StartedMaster master = StartedMaster.of(unshare).awaitReady();
        awaitBothAnswer(master);
        long pid1 = BareContainer.pid1(unshare);
        BareContainer.assertBare(pid1);
        List<Long> workers = Proc.children(pid1);
        assertThat(workers).hasSize(2).allSatisfy(BareContainer::assertBare);
        assertThat(new WorkerView(pid1).mapped(container.application().resolve("native")))
                .singleElement()
                .asString()
                .endsWith("/libjffi-1.2.so");
        assertThat(new WorkerView(workers.get(0)).mapped(container.application().resolve("native")))
                .hasSize(2)
                .anyMatch(file -> file.contains("/libnetty_transport_native_epoll_"));

        Proc.signal(workers.get(1), "KILL");
        Awaitility.await()
                .atMost(SOON)
                .until(() -> Proc.children(pid1).size() == 2
                        && !Proc.children(pid1).contains(workers.get(1))
                        && count(unshare, "ready after") == 3);
        awaitBothAnswer(master);

        assertThat(count(unshare, NO_SHELL)).isZero();
        assertThat(count(unshare, "so workers serve no static files")).isEqualTo(1);
        assertThat(unshare.output())
                .as("Quarkus and Vert.x have nothing to say about a cache that there is not")
                .extracting(OutputLine::text)
                .filteredOn(line -> line.contains(" WARN "))
                .allMatch(line -> line.contains("cannot make the OOM killer prefer"));
        assertEndsWell(unshare);
    }

    @Test
    void builtInWorkersNeedNoShell() throws IOException {
        BareContainer container = BareContainer.of(Jdks.running(), home, "--no-shell");
        RunningProcess unshare = container.start(processes, Jdks.running(), BUILT_IN);

        awaitBothAnswer(StartedMaster.of(unshare).awaitReady());

        assertThat(count(unshare, NO_SHELL)).isEqualTo(1);
        assertEndsWell(unshare);
    }

    /** The sh that it is written for, and java, are all that it finds. */
    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void theLauncherBecomesPid1AndNeedsNoFurtherProgram(Jdk jdk) throws IOException {
        BareContainer container = BareContainer.of(jdk, home, "--one-shell");
        RunningProcess unshare = container.launch(processes, jdk, BUILT_IN);
        StartedMaster master = StartedMaster.of(unshare).awaitReady();
        awaitBothAnswer(master);

        long pid1 = BareContainer.pid1(unshare);
        BareContainer.assertBare(pid1);
        assertThat(Proc.commandLine(pid1))
                .startsWith(jdk.java().toString(), "-XX:+UseSerialGC")
                .contains(container.application().resolve("quarkus-run.jar").toString());
        assertThat(count(unshare, "master (pid 1) starting")).isEqualTo(1);
        assertThat(Proc.children(pid1)).hasSize(2).allSatisfy(worker -> {
            BareContainer.assertBare(worker);
            assertThat(Proc.environment(worker)).containsEntry("PATH", "/nonexistent");
        });
        Proc.signal(Proc.children(pid1).get(0), "KILL");
        Awaitility.await().atMost(SOON).until(() -> count(unshare, "ready after") == 3);
        awaitBothAnswer(master);

        assertThat(count(unshare, NO_SHELL)).isZero();
        assertThat(count(unshare, "no boot cache: no directory can be made")).isEqualTo(1);
        assertEndsWell(unshare);
    }

    @Test
    void anyOtherWorkerDoesWithoutAShellToo() throws IOException {
        BareContainer container = BareContainer.of(Jdks.running(), home, "--no-shell");
        String[] arguments = Stream.of(
                        Stream.of(BUILT_IN), Stream.of("--"), container.python("command/worker.py").stream())
                .flatMap(words -> words)
                .toArray(String[]::new);
        RunningProcess unshare = container.start(processes, Jdks.running(), arguments);
        StartedMaster master = StartedMaster.of(unshare).awaitReady();

        Map<Integer, WorkerAnswer> answers = master.awaitAnswersOf(2);

        for (long worker : Proc.children(BareContainer.pid1(unshare))) {
            BareContainer.assertBare(worker);
            assertThat(Proc.environment(worker))
                    .containsEntry("LISTEN_FDS", "1")
                    .doesNotContainKey("LISTEN_PID");
        }
        assertThat(answers.values()).allMatch(answer -> answer.last() == 3);
        assertThat(count(unshare, NO_SHELL)).isEqualTo(1);
        assertThat(count(unshare, "static files"))
                .as("not for a program of which nothing is known")
                .isZero();
        assertEndsWell(unshare);
    }

    @Test
    void withNeitherLibrariesNorAPlaceForThemItIsRefused() throws IOException {
        BareContainer container = BareContainer.of(Jdks.running(), home);
        try (Stream<Path> libraries = Files.walk(container.application().resolve("native"))) {
            for (Path library : libraries.filter(Files::isRegularFile).toList()) {
                Files.delete(library);
            }
        }
        String line = StartedMaster.awaitRefusal(container.start(processes, Jdks.running(), BUILT_IN), 2);
        assertThat(line).startsWith("prefork: the temporary directory /tmp is not writable: native libraries");
    }

    @Test
    void withThemWorkersUnpackNothing(@TempDir Path empty) throws IOException {
        ProgramUnderTest.requireShippedLibraries();
        RunningProcess process = processes
                .prefork(Jdks.running(), List.of("-Djava.io.tmpdir=" + empty), BUILT_IN)
                .start();
        StartedMaster master = StartedMaster.of(process).awaitReady();
        awaitBothAnswer(master);
        List<Long> workers = process.children();
        assertThat(workers).hasSize(2);
        for (long worker : workers) {
            assertThat(new WorkerView(worker).mapped(empty)).isEmpty();
        }
        master.stop();
    }

    private static void awaitBothAnswer(StartedMaster master) {
        Set<String> answers = new HashSet<>();
        Awaitility.await().atMost(SOON).until(() -> {
            answers.add(master.get("/").replaceFirst(" \\(pid.*", "").strip());
            return answers.equals(Set.of("worker 0", "worker 1"));
        });
    }

    private static long count(RunningProcess process, String text) {
        return process.output().stream()
                .map(OutputLine::text)
                .filter(line -> line.contains(text))
                .count();
    }

    /** Exit code 0, nobody left, and no word on standard error, which is for what is wrong. */
    private static void assertEndsWell(RunningProcess unshare) {
        Proc.signal(BareContainer.pid1(unshare), "TERM");
        assertThat(unshare.awaitExit(SOON)).as(unshare::dump).isZero();
        assertThat(unshare.family()).isEmpty();
        assertThat(unshare.stderr()).isEmpty();
    }
}
