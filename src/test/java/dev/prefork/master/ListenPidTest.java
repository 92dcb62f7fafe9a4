package dev.prefork.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.container.WorkerKind;
import dev.prefork.os.Built;
import dev.prefork.os.SpawnRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Who tells a worker its pid, and how the worker is started then; nothing is started here. */
class ListenPidTest {
    private static final List<String> PID = List.of("LISTEN_PID");
    private static final List<SpawnRequest.Descriptor> DESCRIPTORS =
            List.of(new SpawnRequest.Descriptor(90, 3), new SpawnRequest.Descriptor(91, 4));

    @TempDir
    Path root;

    @ParameterizedTest
    @EnumSource
    void aShellIsTakenWhereThereIsOne(WorkerKind kind) throws IOException {
        shell();

        for (Built built : Built.values()) {
            ListenPid choice = ListenPid.choose(root, built, kind);
            assertThat(choice).isEqualTo(new ListenPid.ShellFirst());
            assertThat(choice.warning()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void onAJvmWithoutAShellNobodyDoesIt(WorkerKind kind) {
        ListenPid choice = ListenPid.choose(root, Built.FOR_JVM, kind);

        assertThat(choice).isEqualTo(new ListenPid.Untold());
        assertThat(choice.warning()).hasValueSatisfying(warning -> assertThat(warning)
                .startsWith("there is no /bin/sh, so LISTEN_PID is not set for workers; "));
    }

    @ParameterizedTest
    @EnumSource(names = {"COMMAND", "JVM_COMMAND"})
    void aNativeExecutableDoesItItselfForACommand(WorkerKind kind) {
        ListenPid choice = ListenPid.choose(root, Built.NATIVELY, kind);

        assertThat(choice)
                .isEqualTo(ListenPid.OwnExecutableFirst.of(Program.self().executable(), System.getProperties()));
        assertThat(choice.warning()).isEmpty();
    }

    @Test
    void aNativeBuiltInWorkerNeedsNobody() {
        ListenPid choice = ListenPid.choose(root, Built.NATIVELY, WorkerKind.NATIVE_BUILT_IN);

        assertThat(choice).isEqualTo(new ListenPid.NeedNot());
        assertThat(choice.warning()).isEmpty();
    }

    @Test
    void aShellThatMayNotBeExecutedIsNone() throws IOException {
        Files.createDirectories(root.resolve("bin"));
        Files.createFile(root.resolve("bin/sh"));

        assertThat(ListenPid.choose(root, Built.FOR_JVM, WorkerKind.COMMAND)).isEqualTo(new ListenPid.Untold());
    }

    @Test
    void aProgramWithAnotherMainIsNoShim() throws IOException {
        assertThat(ListenPid.byShell(root)).isEqualTo(new ListenPid.Untold());
        shell();
        assertThat(ListenPid.byShell(root)).isEqualTo(new ListenPid.ShellFirst());
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void whereNobodyDoesItTheWorkerIsStartedAsItIs(boolean needed) {
        SpawnRequest worker = worker(List.of("app", "-Dx=y"), List.of("PATH=/bin"));

        assertThat((needed ? new ListenPid.Untold() : new ListenPid.NeedNot()).start(worker, PID))
                .isEqualTo(worker);
    }

    @Test
    void aShellFindsOutItsPid() {
        SpawnRequest started =
                new ListenPid.ShellFirst().start(worker(List.of("app", "a b", ""), List.of("PATH=/bin")), PID);

        assertThat(started.executable()).isEqualTo("/bin/sh");
        assertThat(started.arguments())
                .containsExactly("sh", "-c", "export LISTEN_PID=$$; exec \"$@\"", "prefork", "/usr/bin/app", "a b", "");
        assertThat(started.environment()).containsExactly("PATH=/bin");
        assertThat(started.descriptors()).isEqualTo(DESCRIPTORS);
    }

    @Test
    void namesThatAShellWouldDropTakeTheWayOverEnv() {
        SpawnRequest started = new ListenPid.ShellFirst()
                .start(
                        worker(List.of("app"), List.of("PATH=/bin", "a.b=1", "x-y=2 3", "1up=z")),
                        List.of("LISTEN_PID", "WATCHDOG_PID"));

        assertThat(started.arguments()).contains("export LISTEN_PID=$$ WATCHDOG_PID=$$; exec \"$@\"");
        assertThat(started.arguments())
                .containsSubsequence("prefork", "env", "a.b=1", "x-y=2 3", "1up=z", "/usr/bin/app");
    }

    @Test
    void nothingOfTheWorkersIsOnTheShimsCommandLine() {
        List<String> arguments =
                List.of("app", "-Xmx1g", "-Dx=y", "-XX:+UseSerialGC", "two words", "a\nb", "", "\udcff");
        ListenPid shim = ListenPid.OwnExecutableFirst.of("/app/prefork", new Properties());

        SpawnRequest started =
                shim.start(worker(arguments, List.of("PATH=/bin", "a.b=1")), List.of("LISTEN_PID", "WATCHDOG_PID"));

        assertThat(started.executable()).isEqualTo("/app/prefork");
        assertThat(started.arguments()).containsExactly("/app/prefork", "exec-worker");
        assertThat(started.descriptors()).isEqualTo(DESCRIPTORS);
        List<String> expected = new ArrayList<>(List.of(
                "PATH=/bin",
                "a.b=1",
                "PREFORK_EXEC_FILE=/usr/bin/app",
                "PREFORK_EXEC_COUNT=8",
                "PREFORK_EXEC_PIDS=LISTEN_PID,WATCHDOG_PID",
                "PREFORK_EXEC_CLOSED_FROM=5"));
        for (int i = 0; i < arguments.size(); i++) {
            expected.add("PREFORK_EXEC_" + i + "=" + arguments.get(i));
        }
        assertThat(started.environment()).containsExactlyElementsOf(expected);
    }

    @Test
    void theShimFindsTheLibraryWhereTheMasterDid() {
        Properties properties = new Properties();
        properties.setProperty("jffi.boot.library.path", "/app/native");
        properties.setProperty("java.io.tmpdir", "/var/tmp");
        properties.setProperty("java.library.path", "");
        properties.setProperty("quarkus.http.port", "1");

        assertThat(ListenPid.OwnExecutableFirst.of("/app/prefork", properties).program())
                .isEqualTo(new Program(
                        "/app/prefork",
                        List.of(
                                "/app/prefork",
                                "-Djffi.boot.library.path=/app/native",
                                "-Djava.io.tmpdir=/var/tmp",
                                "exec-worker")));
    }

    private static SpawnRequest worker(List<String> arguments, List<String> environment) {
        return new SpawnRequest("/usr/bin/app", arguments, environment, DESCRIPTORS);
    }

    private void shell() throws IOException {
        Files.createDirectories(root.resolve("bin"));
        assertThat(Files.createFile(root.resolve("bin/sh")).toFile().setExecutable(true))
                .isTrue();
    }
}
