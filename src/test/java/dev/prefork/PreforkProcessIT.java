package dev.prefork;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.example.Hello;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that prefork themselves, as real processes. */
class PreforkProcessIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    final Processes processes = new Processes();

    /** {@code slot pid}, as the child that answered calls itself. */
    private static String ask(SocketAddress address) throws Exception {
        try (SocketChannel connection = SocketChannel.open(address)) {
            return ChildProgram.readAll(connection).strip();
        }
    }

    private static SocketAddress loopback(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }

    private static Set<String> askUntilTwoAnswered(SocketAddress address) {
        Set<String> answers = new HashSet<>();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> {
            answers.add(ask(address));
            return answers.size() >= 2;
        });
        return answers;
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "reuse-port", "selector", "own-process"})
    void everyChildServesFromTheInheritedListener(String mode) throws Exception {
        JavaProcess program = JavaProcess.start(processes, ChildProgram.class, mode, "127.0.0.1:0");
        SocketAddress address = loopback(program.port());
        program.awaitLine("workers ready");

        assertThat(askUntilTwoAnswered(address))
                .extracting(answer -> answer.split(" ")[0])
                .containsExactlyInAnyOrder("0", "1");

        program.process().signal("TERM");
        assertThat(program.awaitExit()).isZero();
        assertThat(program.output()).contains("returned master").doesNotContain("returned child");
    }

    @Test
    void aUnixListenerIsServedLikewise(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("socket");
        JavaProcess program = JavaProcess.start(processes, ChildProgram.class, "plain", "unix://" + path);
        program.awaitLine("workers ready");

        assertThat(ask(UnixDomainSocketAddress.of(path))).matches("[01] \\d+");
    }

    @Test
    void aKilledChildIsReplacedInItsSlotAndTheListenerStays() throws Exception {
        JavaProcess program = JavaProcess.start(processes, ChildProgram.class, "plain", "127.0.0.1:0");
        SocketAddress address = loopback(program.port());
        program.awaitLine("workers ready");
        String victim = ask(address);
        long pid = Long.parseLong(victim.split(" ")[1]);

        Proc.signal(pid, "KILL");
        String successor = program.awaitLine("recover " + pid + " (\\d+)").group(1);

        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> ask(address)
                .equals(victim.split(" ")[0] + " " + successor));
    }

    /** With a threshold of 0, so that its exit would end the master if it counted. */
    @Test
    void aChildThatAsksForItIsReplacedTheNewOneFirst() throws Exception {
        JavaProcess program = JavaProcess.start(processes, ChildProgram.class, "recycling", "127.0.0.1:0");
        SocketAddress address = loopback(program.port());
        program.awaitLine("workers ready");
        String first = ask(address);

        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> !ask(address)
                .equals(first));
        long old = Long.parseLong(first.split(" ")[1]);
        await().atMost(PATIENCE).until(() -> !Proc.isAlive(old));

        // A zombie until the master has reaped it.
        await().atMost(PATIENCE).until(() -> program.process().children().size() == 1);
        program.process().signal("TERM");
        assertThat(program.awaitExit()).isZero();
    }

    @Test
    void oneChildLeadsAndAnotherWhenItIsKilledAndTheMasterNever() throws Exception {
        JavaProcess program = JavaProcess.start(processes, ChildProgram.class, "leading", "127.0.0.1:0");
        SocketAddress address = loopback(program.port());
        assertThat(program.awaitLine("workers ready.* leads (.*)").group(1)).isEqualTo("false");

        Set<String> answers = askUntilTwoAnswered(address);
        assertThat(answers).extracting(answer -> answer.split(" ")[2]).containsExactlyInAnyOrder("true", "false");
        String leader = answers.stream()
                .filter(answer -> answer.endsWith("true"))
                .findFirst()
                .orElseThrow();
        Proc.signal(Long.parseLong(leader.split(" ")[1]), "KILL");

        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .ignoreExceptions()
                .until(() -> {
                    String answer = ask(address);
                    return answer.endsWith(" true") && !answer.equals(leader);
                });
    }

    @Test
    void aChildWhoseServeFunctionHasReturnedLeadsNoLonger() {
        JavaProcess program =
                JavaProcess.start(processes, ChildProgram.class, "leading-until-it-returns", "127.0.0.1:0");

        assertThat(program.awaitLine("serving leads (.*)").group(1)).isEqualTo("true");
        assertThat(program.awaitLine("afterwards leads (.*)").group(1)).isEqualTo("false");
        assertThat(program.awaitExit()).isEqualTo(1);
    }

    @Test
    void oneMoreThanTheThresholdEndsTheMasterWithItsException() throws Exception {
        JavaProcess program = JavaProcess.start(processes, ChildProgram.class, "plain", "127.0.0.1:0");
        program.awaitLine("workers ready");
        Proc.signal(program.process().children().get(0), "KILL");
        program.awaitLine("recover ");
        Proc.signal(program.process().children().get(0), "KILL");

        assertThat(program.awaitExit()).isEqualTo(1);
        assertThat(program.output()).contains("OverRecoveryException");
    }

    @Test
    void interruptingEndsItLikeTerm() throws Exception {
        JavaProcess program = JavaProcess.start(processes, ChildProgram.class, "plain", "127.0.0.1:0");
        program.awaitLine("workers ready");
        program.process().signal("INT");

        assertThat(program.awaitExit()).isZero();
    }

    @Test
    void childrenNoticeAtOnceThatTheirMasterIsGone(@TempDir Path directory) throws Exception {
        Path noticed = directory.resolve("noticed");
        JavaProcess program =
                JavaProcess.start(processes, ChildProgram.class, "orphans", "127.0.0.1:0", noticed.toString());
        program.awaitLine("workers ready");
        var children = program.process().children();
        program.process().signal("KILL");

        await().atMost(PATIENCE)
                .until(() ->
                        Files.exists(noticed) && Files.readAllLines(noticed).size() == 2);
        assertThat(Files.readAllLines(noticed)).containsExactlyInAnyOrder("orphan 0", "orphan 1");
        await().atMost(PATIENCE).until(() -> children.stream().noneMatch(Proc::isAlive));
    }

    @Test
    void withoutACallbackOrphansJustEnd() throws Exception {
        JavaProcess program = JavaProcess.start(processes, ChildProgram.class, "plain", "127.0.0.1:0");
        program.awaitLine("workers ready");
        var children = program.process().children();
        program.process().signal("KILL");

        await().atMost(PATIENCE).until(() -> children.stream().noneMatch(Proc::isAlive));
    }

    @Test
    void aCallbackForTheMastersDeathThatThrowsEndsTheChildAllTheSame() throws Exception {
        JavaProcess program = JavaProcess.start(processes, ChildProgram.class, "failing-orphans", "127.0.0.1:0");
        program.awaitLine("workers ready");
        var children = program.process().children();
        program.process().signal("KILL");

        await().atMost(PATIENCE).until(() -> children.stream().noneMatch(Proc::isAlive));
    }

    @Test
    void twoMastersInOneProcessServeSideBySide() throws Exception {
        JavaProcess program = JavaProcess.start(processes, ChildProgram.class, "two", "127.0.0.1:0");
        for (String name : List.of("http", "https")) {
            SocketAddress address = loopback(
                    Integer.parseInt(program.awaitLine(name + " on .*:(\\d+)").group(1)));
            program.awaitLine(name + " ready");
            String pid = program.awaitLine(name + " spawned (\\d+)\\.").group(1);
            assertThat(ask(address)).isEqualTo(name + " 0 " + pid);

            Proc.signal(Long.parseLong(pid), "KILL");
            program.awaitLine(name + " recovered " + pid + "\\.");
            await().atMost(PATIENCE).until(() -> ask(address).matches(name + " 0 (?!" + pid + "$)\\d+"));
        }

        program.process().signal("TERM");
        assertThat(program.awaitExit()).isZero();
        assertThat(program.output()).contains("http returned false", "https returned false");
    }

    @Test
    void aStopThatComesBeforeTheFirstChildIsStartedIsObeyed() throws Exception {
        JavaProcess program = JavaProcess.start(processes, ChildProgram.class, "early", "127.0.0.1:0");
        program.awaitLine("listening");
        program.process().signal("TERM");
        program.process().closeInput();

        assertThat(program.awaitExit()).isZero();
        assertThat(program.output()).contains("returned master");
    }

    @Test
    void aServeFunctionThatThrowsIsTheChildsFailure() throws Exception {
        JavaProcess program = JavaProcess.start(processes, ChildProgram.class, "failing", "127.0.0.1:0");
        assertThat(program.awaitExit()).isEqualTo(1);
        assertThat(program.output())
                .contains("cannot serve")
                .containsAnyOf("OverRecoveryException", "NeverReadyException");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PREFORK_CHILD | 1 | InheritedListenerException: PREFORK_CHILD is set but no listener was passed",
                "LISTEN_FDS | 1 | InheritedListenerException: Descriptor 3 (unknown) is not",
                "JAVA_TOOL_OPTIONS | -Xrs | SignalUnavailableException: cannot handle SIG"
            })
    void aSituationThatIsNotUsableHasANameOfItsOwn(String variable, String value, String reason) {
        JavaProcess program = new JavaProcess(JavaProcess.launch(processes, ChildProgram.class, "plain", "127.0.0.1:0")
                .env("PREFORK_CHILD", variable.equals("LISTEN_FDS") ? "1" : "")
                .env(variable, value)
                .start());

        assertThat(program.awaitExit()).isEqualTo(1);
        assertThat(program.output()).contains("dev.prefork." + reason);
    }

    @Test
    void aChildThatNeverSaysItIsReadyIsKilledAfterTheStartTimeout() throws Exception {
        JavaProcess program = JavaProcess.start(processes, ChildProgram.class, "silent", "127.0.0.1:0");
        program.awaitLine(".*worker 0 .* exited unexpectedly: start timeout, SIGKILL");
        assertThat(program.awaitExit()).isEqualTo(1);
        assertThat(program.output()).contains("NeverReadyException");
    }

    @Test
    void whatAChildSaysAfterItClosedItsListenerIsSeen() throws Exception {
        JavaProcess program = JavaProcess.start(processes, ChildProgram.class, "closing", "127.0.0.1:0");
        program.awaitLine("returned child");
        assertThat(program.awaitExit()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls-files", "tls-bytes"})
    void childrenSpeakTls(String mode, @TempDir Path directory) throws Exception {
        TestCertificate certificate = TestCertificate.make(directory);
        JavaProcess program = JavaProcess.start(
                processes,
                ChildProgram.class,
                mode,
                "127.0.0.1:0",
                certificate.certificateFile().toString(),
                certificate.keyFile().toString());
        int port = program.port();
        program.awaitLine("workers ready");

        assertThat(certificate.read("127.0.0.1", port)).matches("[01] \\d+");
    }

    @Test
    void theExampleOfTheReadmeRuns() throws Exception {
        JavaProcess program = JavaProcess.start(processes, Hello.class, "127.0.0.1:0");
        int port = program.port();
        program.awaitLine("serving: .*");
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(response.body()).matches("hello from \\d+\n");
        program.process().signal("TERM");
        assertThat(program.awaitExit()).isZero();
    }

    @Test
    void aPortNobodyListensOnAfterTheEnd() throws Exception {
        JavaProcess program = JavaProcess.start(processes, ChildProgram.class, "plain", "127.0.0.1:0");
        SocketAddress address = loopback(program.port());
        program.awaitLine("workers ready");
        program.process().signal("TERM");
        program.awaitExit();

        org.assertj.core.api.Assertions.assertThatThrownBy(() -> ask(address)).isInstanceOf(IOException.class);
    }
}
