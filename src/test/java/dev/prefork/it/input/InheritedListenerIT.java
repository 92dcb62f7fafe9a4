package dev.prefork.it.input;

import static dev.prefork.it.command.StartedMaster.SOON;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.it.Http;
import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import dev.prefork.it.command.WorkerView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A parent that holds the sockets already, systemd or any other: the master serves from those instead of binding. */
class InheritedListenerIT {
    private static final int O_NONBLOCK = 04000;

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void aListenerIsTakenOverAsItIsAndMadeNonBlocking() throws Exception {
        StartedMaster master = handIn("tcp", "web", "--workers 2");
        String[] handed = handedIn(master, 0);

        long worker = pid(master.get("web", "/"));

        assertThat(Proc.fds(worker).get(3)).isEqualTo("socket:[" + handed[1] + "]");
        assertThat(master.listener("web")).isEqualTo(Http.port(Integer.parseInt(handed[0])));
        assertThat(new WorkerView(worker).environment("LISTEN_FDNAMES")).containsExactly("web");
        assertThat(new WorkerView(worker).flags(3) & O_NONBLOCK).isEqualTo(O_NONBLOCK);
        assertThat(master.process().stdout()).contains("descriptor 3, inherited from the parent process");
        assertThat(master.process().stderr()).isEmpty();
        master.stop();
    }

    @Test
    void listenersWithoutUsableNamesGetSomeAndKeepTheirOrder() throws Exception {
        StartedMaster master = handIn("tcp,tcp,tcp", ":my service:", "--workers 1");

        assertThat(last(master.get("http", "/"))).isEqualTo(3);
        assertThat(last(master.get("my-service", "/"))).isEqualTo(4);
        assertThat(last(master.get("listener-2", "/"))).isEqualTo(5);
        long worker = pid(master.get("http", "/"));
        assertThat(new WorkerView(worker).environment("LISTEN_FDNAMES")).containsExactly("http:my-service:listener-2");
        assertThat(Proc.fds(worker).get(4)).isEqualTo("socket:[" + handedIn(master, 1)[1] + "]");
    }

    @Test
    void aListenerIsMatchedByItsNameWhateverItsAddress() throws Exception {
        StartedMaster master =
                handIn("tcp,tcp", "admin:web", "--workers 1 --listen web=tcp4://127.0.0.1:0,admin=tcp4://127.0.0.1:0");

        assertThat(master.listener("web")).isEqualTo(Http.port(Integer.parseInt(handedIn(master, 1)[0])));
        assertThat(last(master.get("web", "/"))).isEqualTo(3);
        assertThat(last(master.get("admin", "/"))).isEqualTo(4);
        assertThat(master.process().stdout()).doesNotContain("is closed because");
    }

    @Test
    void aListenerWithoutANameIsMatchedByItsAddress() throws Exception {
        int port = freePort();
        StartedMaster master = handIn(Integer.toString(port), "", "--workers 1 --listen 127.0.0.1:" + port);

        assertThat(master.get("/")).startsWith("0 ");
        assertThat(master.process().stdout()).contains("descriptor 3, inherited from the parent process");
    }

    @Test
    void aListenerThatNobodyAskedForIsClosedWithAWarning() throws Exception {
        StartedMaster master = handIn("tcp", "other", "--workers 1 --listen web=tcp4://127.0.0.1:0");
        int port = Integer.parseInt(handedIn(master, 0)[0]);

        assertThat(master.get("web", "/")).startsWith("0 ");

        assertThat(master.process().stdout())
                .containsPattern("WARN +the inherited listener other=tcp4://127.0.0.1:" + port
                        + " is closed because no --listen has its name or address")
                .doesNotContain("adopted");
        assertThat(master.listener("web")).isNotEqualTo(Http.port(port));
        assertThatThrownBy(() -> Http.get(port, "/")).isInstanceOf(ConnectException.class);
        master.stop();
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void systemdsSocketActivationLosesNotEvenTheRequestThatStartsTheMaster(Jdk jdk) throws Exception {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(
                Tools.require("systemd-socket-activate").toString(),
                "--listen=127.0.0.1:" + port,
                "--fdname=web",
                "--setenv=" + RunningProcess.MARK));
        command.addAll(StartedMaster.commandLine(jdk, "--workers 2", Scripts.worker()));
        RunningProcess systemd =
                processes.command(command.toArray(String[]::new)).start();
        systemd.awaitLine("Listening on 127.0.0.1:" + port, SOON);

        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> patientGet(port));
        StartedMaster master = StartedMaster.of(systemd);

        String answer = first.get(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(systemd.children()).contains(pid(answer));
        assertThat(master.process().stdout())
                .contains("listening on web=tcp4://127.0.0.1:" + port
                        + ", descriptor 3, inherited from the parent process");
        Awaitility.await().atMost(SOON).until(() -> !Http.get(port, "/").body().startsWith(answer.substring(0, 2)));
        master.stop();
    }

    /** With all the time that a master takes to start on a busy machine. */
    private static String patientGet(int port) {
        try (Socket connection = new Socket("127.0.0.1", port)) {
            connection.setSoTimeout((int) SOON.toMillis());
            connection.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
            String answer = new String(connection.getInputStream().readAllBytes(), US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 200 ");
            return answer.substring(answer.indexOf("\r\n\r\n") + 4);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A master whose parent made these kinds of descriptors; see the script. */
    private StartedMaster handIn(String kinds, String names, String options) {
        List<String> command = new ArrayList<>(Scripts.python("input/hand_in.py", kinds));
        if (!names.isEmpty()) {
            command.add(names);
        }
        command.add("--");
        command.addAll(StartedMaster.commandLine(Jdks.running(), options, Scripts.worker()));
        return StartedMaster.of(
                processes.command(command.toArray(String[]::new)).start());
    }

    /** Port and inode of a TCP listener that the parent made. */
    private static String[] handedIn(StartedMaster master, int which) {
        return master.process()
                .awaitLines("^handed in \\d+ \\d+$", which + 1, SOON)
                .get(which)
                .text()
                .substring("handed in ".length())
                .split(" ");
    }

    private static long pid(String answer) {
        return Long.parseLong(answer.split(" ")[1]);
    }

    private static int last(String answer) {
        return Integer.parseInt(answer.split(" ")[2]);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
