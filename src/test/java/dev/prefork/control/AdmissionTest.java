package dev.prefork.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.prefork.os.Peer;
import dev.prefork.os.Posix;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final String PYTHON = """
            import socket, struct, sys
            s = socket.socket(socket.AF_UNIX)
            s.connect('\\0' + sys.argv[1])
            text = b'{"version":1,"request":"status"}'
            try:
                s.sendall(struct.pack('>I', len(text)) + text)
            except BrokenPipeError:
                pass
            head = s.recv(4, socket.MSG_WAITALL)
            print(s.recv(struct.unpack('>I', head)[0], socket.MSG_WAITALL).decode())
            """;

    private final List<String> lines = new ArrayList<>();
    private final Admission admission = new Admission(1000, lines::add);

    @Test
    void theMastersUserAndRootAreAdmitted() {
        assertThat(admission.refusal(new Peer(1, 1000, 5))).isEmpty();
        assertThat(admission.refusal(new Peer(17, 0, 0))).isEmpty();
        assertThat(admission.refusal(new Peer(17, 1001, 1000))).contains("only uid 1000 and root are admitted");
        assertThat(new Admission(0, lines::add).refusal(new Peer(17, 1001, 0))).contains("only uid 0 is admitted");
    }

    @Test
    void aProcessOfAnotherPidNamespaceIsNotEvenOfTheSameUser() {
        assertThat(admission.refusal(new Peer(0, 1000, 1000))).contains("it is in another pid namespace");
        assertThat(admission.refusal(new Peer(0, 0, 0))).isPresent();
    }

    @Test
    void refusalsAreToldOnceAMinute() {
        Peer peer = new Peer(17, 5, 5);
        long minute = Duration.ofMinutes(1).toNanos();
        admission.tell(peer, "why", 100);
        admission.tell(peer, "why", 200);
        admission.tell(peer, "why", 99 + minute);
        admission.tell(peer, "why", 100 + minute);
        assertThat(lines)
                .containsExactly(
                        "control socket: refused pid 17, uid 5: why",
                        "control socket: refused pid 17, uid 5: why; 2 more since the last such line");
    }

    @Test
    void aRealProcessOfAnotherUserIsRefusedAndTold() throws Exception {
        assumeTrue(Posix.system().geteuid() == 0, "only root can become another user");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "there is no Python that any user may run");
        try (RunningServer server = new RunningServer()) {
            String name = server.address.endpoint().path().substring(1);
            String theirs =
                    output("setpriv", "--reuid", "4242", "--clear-groups", "/usr/bin/python3", "-c", PYTHON, name);
            assertThat(theirs).isEqualTo("{\"version\":1,\"answer\":\"refused\",\"body\":\"only uid 0 is admitted\"}");
            assertThat(server.asked).isEmpty();
            assertThat(server.warnings)
                    .singleElement()
                    .asString()
                    .matches("control socket: refused pid \\d+, uid 4242: only uid 0 is admitted");

            assertThat(output("/usr/bin/python3", "-c", PYTHON, name)).contains("\"done\"");
        }
    }

    private static String output(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return text.strip();
    }
}
