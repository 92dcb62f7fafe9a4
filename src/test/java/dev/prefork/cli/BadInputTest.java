package dev.prefork.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.LeakCheck;
import dev.prefork.app.Agent;
import dev.prefork.app.Reporting;
import dev.prefork.config.Places;
import dev.prefork.it.command.StartedMaster;
import dev.prefork.it.input.BadInput;
import dev.prefork.quarkus.master.Management;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything wrong is one line that says so and what to do, the right exit code, no stack trace, and nothing left, from the
 * arguments on and with the real master behind them. {@code BadInputIT} has some of each kind with the packaged jar.
 */
class BadInputTest {
    private static final List<String> COMMAND = List.of("sleep", "600");

    @TempDir
    Path directory;

    private final List<String> terminationMessages = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Places places;
    private ServerSocket busy;
    private ServerSocketChannel live;

    @BeforeEach
    void occupy() throws IOException {
        places = new Places(directory).variable("PATH", "/usr/bin:/bin");
        busy = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        live = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        live.bind(UnixDomainSocketAddress.of(directory.resolve("live.sock")));
        Files.writeString(directory.resolve("plain"), "not a socket");
    }

    @AfterEach
    void leave() throws IOException {
        busy.close();
        live.close();
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.it.input.BadInput#addresses")
    void anAddressThatCannotBeHad(BadInput input) {
        LeakCheck before = new LeakCheck();
        refused(input);
        before.assertNothingLeft();
        assertThat(directory.resolve("plain")).hasContent("not a socket");
        assertThat(directory.resolve("live.sock")).exists();
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.it.input.BadInput#usage")
    void anOptionOrValueThatMakesNoSense(BadInput input) {
        refused(input);
    }

    @Test
    void aStandbyWhoseSocketWouldGetConnections() {
        assertThat(refused(2, "--standby", "1", "--reuse-port"))
                .contains("--standby 1 and --reuse-port", "leave one of them out");
    }

    @Test
    void aStandbyWithoutAListenerToWaitFor() {
        assertThat(refused(2, "--standby", "1", "--listen", "none", "--", "java", "-jar", "app.jar"))
                .contains("--standby 1 has no effect with --listen none", "leave it out");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            prefork.workrs   | 2      | unknown key prefork.workrs (system property); did you mean prefork.workers
            prefork.workers  | none   | prefork.workers=none (system property): not a whole number
            prefork.listen   | :70000 | prefork.listen=:70000 (system property): bad listen address ':70000'
            """)
    void aSystemProperty(String key, String value, String fragment) {
        places.property(key, value);

        assertThat(refused(2, "--backlog", "16", "--", "sleep", "600")).contains(fragment);
    }

    @Test
    void aVariableWithAValueThatMakesNoSenseIsRefusedUnderItsOwnName() {
        places.variable("PREFORK_SHUTDOWN_GRACE_PERIOD", "soon");

        assertThat(refused(2, "--backlog", "16", "--", "sleep", "600"))
                .startsWith("prefork: PREFORK_SHUTDOWN_GRACE_PERIOD=soon: not a duration");
    }

    private void refused(BadInput input) {
        String options = input.options()
                .replace("{busy}", Integer.toString(busy.getLocalPort()))
                .replace("{dir}", directory.toString());
        String[] words = options.endsWith("--") ? options.split(" ") : StartedMaster.arguments(options, COMMAND);

        assertThat(refused(input.exitCode(), words)).contains(input.fragments()).doesNotContain("Exception", "errno");
    }

    /** Runs it, with the master's own work if it comes to that, and returns the one line that it says. */
    private String refused(int exitCode, String... arguments) {
        int code = new Cli(
                        (configured, all) -> Agent.run(
                                configured,
                                new Reporting(new Management(), () -> 0, () -> true, "0", Optional.empty()),
                                all),
                        places::sources,
                        terminationMessages::add)
                .execute(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        arguments);

        assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isEqualTo(exitCode);
        List<String> lines = err.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).hasSize(1);
        assertThat(lines.get(0)).startsWith("prefork: ");
        assertThat(terminationMessages).containsExactly(lines.get(0).substring("prefork: ".length()));
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
        return lines.get(0);
    }
}
