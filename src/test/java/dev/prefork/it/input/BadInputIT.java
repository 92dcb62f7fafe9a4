package dev.prefork.it.input;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static dev.prefork.it.command.StartedMaster.awaitRefusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.Processes;
import dev.prefork.it.ProgramUnderTest;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything wrong is one line that says so and what to do, the right exit code, no stack trace, and nobody left. */
class BadInputIT {
    private static final List<String> COMMAND = List.of("sleep", "600");

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    private ServerSocket busy;
    private ServerSocketChannel live;

    @BeforeEach
    void occupy() throws Exception {
        busy = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        live = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        live.bind(UnixDomainSocketAddress.of(directory.resolve("live.sock")));
        Files.writeString(directory.resolve("plain"), "not a socket");
    }

    @AfterEach
    void leave() throws Exception {
        busy.close();
        live.close();
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.it.input.BadInput#packaged")
    void anOptionOrValueThatMakesNoSense(BadInput input) {
        refused(input);
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void onEveryJdkToo(Jdk jdk) {
        RunningProcess process = processes
                .prefork(jdk, arguments("--listen 127.0.0.1:" + busy.getLocalPort(), COMMAND))
                .start();

        assertThat(awaitRefusal(process, 5)).contains("cannot listen on");
        assertThat(process.stdout()).isEmpty();
    }

    private void refused(BadInput input) {
        String options = input.options()
                .replace("{busy}", Integer.toString(busy.getLocalPort()))
                .replace("{dir}", directory.toString());
        String[] words = options.endsWith("--") ? options.split(" ") : arguments(options, COMMAND);
        RunningProcess process = processes.prefork(Jdks.running(), words).start();

        assertThat(awaitRefusal(process, input.exitCode()))
                .contains(input.fragments())
                .doesNotContain("Exception", "errno");
        assertThat(process.stdout()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -Dprefork.workrs=2       | unknown key prefork.workrs (system property); did you mean prefork.workers
            """)
    void aSystemProperty(String option, String fragment) {
        RunningProcess process = processes
                .prefork(Jdks.running(), List.of(option), arguments("--backlog 16", COMMAND))
                .start();

        assertThat(awaitRefusal(process, 2)).contains(fragment);
    }

    /** Signals are looked at when the listeners are open. */
    @Test
    void aJvmThatLeavesTheSignalsAlone() {
        ProgramUnderTest.requireJvm("-Xrs is an option of a JVM");
        RunningProcess process = processes
                .prefork(Jdks.running(), List.of("-Xrs"), arguments("--listen 127.0.0.1:0", COMMAND))
                .start();

        assertThat(awaitRefusal(process, 2)).contains("start java without -Xrs");
    }

    @Test
    void aVariableWithAValueThatMakesNoSenseIsRefusedUnderItsOwnName() {
        RunningProcess process = processes
                .prefork(Jdks.running(), arguments("--backlog 16", COMMAND))
                .env("PREFORK_SHUTDOWN_GRACE_PERIOD", "soon")
                .start();

        assertThat(awaitRefusal(process, 2)).startsWith("prefork: PREFORK_SHUTDOWN_GRACE_PERIOD=soon: not a duration");
    }

    @Test
    void aKeyInTheConfigurationFileIsRefusedWithTheFilesName() throws Exception {
        Files.createDirectory(directory.resolve("config"));
        Files.writeString(directory.resolve("config/application.properties"), "prefork.min-raedy=2\n");
        RunningProcess process = processes
                .prefork(Jdks.running(), arguments("--backlog 16", COMMAND))
                .in(directory)
                .start();

        assertThat(awaitRefusal(process, 2))
                .contains("unknown key prefork.min-raedy (config/application.properties)")
                .contains("did you mean prefork.min-ready");
    }

    @Test
    void aVariableThatIsNotKnownIsAWarningAndTheMasterRuns() {
        RunningProcess process = processes
                .prefork(Jdks.running(), arguments("--workers 1 --listen 127.0.0.1:0", COMMAND))
                .env("PREFORK_WORKRS", "3")
                .env("PREFORK_PORT", "tcp://10.0.0.1:8080")
                .start();
        StartedMaster master = StartedMaster.of(process);

        assertThat(process.stderr())
                .isEqualTo("prefork: warning: unknown variable PREFORK_WORKRS has no effect;"
                        + " did you mean PREFORK_WORKERS?");
        master.stop();
    }

    @Test
    void aStaleSocketIsReplaced() throws Exception {
        Path path = directory.resolve("live.sock");
        live.close();
        assertThat(path).exists();
        StartedMaster master = StartedMaster.of(processes
                .prefork(Jdks.running(), arguments("--workers 1 --listen unix://" + path, Scripts.worker()))
                .start());

        assertThat(master.get("/")).startsWith("0 ");

        master.stop();
        assertThat(path).doesNotExist();
    }

    @Test
    void aPathThatNoLocaleCanNameIsRefused() {
        ProgramUnderTest.requireJvm("the locale does not decide on its encoding of names");
        // The name comes from printf, so that the locale of this test does not matter.
        List<String> command = new ArrayList<>(List.of(
                "sh", "-c", "exec \"$@\" --listen \"unix://$(printf '/tmp/gr\\303\\274n.sock')\" -- sleep 600", "sh"));
        command.addAll(PackagedJar.command(Jdks.running()));
        command.addAll(List.of("--workers", "1"));
        RunningProcess process = processes
                .command(command.toArray(String[]::new))
                .env("LC_ALL", "C")
                .start();

        assertThat(awaitRefusal(process, 2)).contains("set LC_ALL=C.UTF-8");
    }

    @Test
    void aManagementPortThatIsTakenIsSaidBeforeAnyWorkerIsStarted() {
        RunningProcess process = processes
                .prefork(
                        Jdks.running(),
                        List.of("-Dquarkus.management.port=" + busy.getLocalPort()),
                        arguments("--workers 2 --listen 127.0.0.1:0", Scripts.worker()))
                .start();

        assertThat(awaitRefusal(process, 5))
                .startsWith("prefork: the management interface cannot listen on ")
                .contains(":" + busy.getLocalPort() + ": Address already in use; ")
                .contains("choose another address with quarkus.management.port", "QUARKUS_MANAGEMENT_PORT");
        assertThat(process.stdout()).doesNotContain(" started");
    }

    @Test
    void aManagementPortThatIsNoPortIsRefused() {
        RunningProcess process = processes
                .prefork(
                        Jdks.running(),
                        List.of("-Dquarkus.management.port=many"),
                        arguments("--workers 2 --listen 127.0.0.1:0", COMMAND))
                .start();

        assertThat(process.awaitExit(SOON)).isEqualTo(2);
        // The log has no format yet when the configuration is read, and goes to standard error too.
        assertThat(process.stderr().lines().reduce((first, second) -> second).orElseThrow())
                .startsWith("prefork: invalid configuration: ")
                .contains("quarkus.management.port", "many");
        assertThat(process.family()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            abc | LISTEN_FDS is 'abc', which is not a number from 0 to 64
            """)
    void aNumberOfDescriptorsThatIsNone(String value, String fragment) {
        String script = "LISTEN_PID=$$ LISTEN_FDS=" + value + " exec \"$@\"";
        assertThat(awaitRefusal(handIn(Stream.of("sh", "-c", script, "sh")), 5)).contains(fragment);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            file         | a   | descriptor 3 is not an open socket
            connected    | a   | descriptor 3 is a socket that is not listening
            tcp,file     | a,b | descriptor 4 is not an open socket
            """)
    void aDescriptorThatIsNoListener(String kinds, String names, String fragment) {
        Stream<String> parent = Stream.concat(
                Scripts.python("input/hand_in.py", kinds, names.replace(',', ':')).stream(), Stream.of("--"));
        assertThat(awaitRefusal(handIn(parent), 5)).contains("cannot use inherited listeners: " + fragment, "; ");
    }

    private RunningProcess handIn(Stream<String> parent) {
        List<String> master = StartedMaster.commandLine(Jdks.running(), "--workers 1", COMMAND);
        RunningProcess process = processes
                .command(Stream.concat(parent, master.stream()).toArray(String[]::new))
                .start();
        process.awaitExit(SOON);
        return process;
    }
}
