package dev.prefork.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.board.BoardReader;
import dev.prefork.handoff.Dialect;
import dev.prefork.handoff.Handoff;
import dev.prefork.handoff.Variables;
import dev.prefork.listen.ListenOptions;
import dev.prefork.listen.ListenSpec;
import dev.prefork.listen.Listener;
import dev.prefork.listen.Listeners;
import dev.prefork.notify.Notification.Sign;
import dev.prefork.notify.NotifySockets;
import dev.prefork.os.Posix;
import dev.prefork.os.TestJvm;
import dev.prefork.os.WaitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the writing half of the protocol hands over, a real process reads with the reading half. */
class ProtocolTest {
    private final Posix posix = Posix.system();

    @TempDir
    Path directory;

    /** The board as a part of what is inherited. */
    private record Board(BoardReader reader) implements InheritedDescriptor {
        @Override
        public String variable() {
            return Variables.BOARD;
        }

        @Override
        public OptionalInt descriptorFor(int slot) {
            return OptionalInt.of(reader.descriptor());
        }
    }

    @Test
    void aWorkerReadsAllThatItsMasterWrites() throws Exception {
        Path out = directory.resolve("out");
        List<String> command = TestJvm.command(ProtocolChild.class.getName(), out.toString());
        List<String> items =
                List.of("http=tcp4://127.0.0.1:0", "admin=tcp4://127.0.0.1:0", "path=unix://" + directory.resolve("s"));
        try (Listeners listeners =
                        Listeners.open(posix, ListenSpec.parseList(items), new ListenOptions(64, true, 4), List.of());
                NotifySockets notifySockets = NotifySockets.open(posix);
                BoardReader board = BoardReader.open(posix)) {
            WorkerInheritance inheritance = new WorkerInheritance(
                    new Handoff(listeners.all(), EnumSet.allOf(Dialect.class)),
                    Map.of("PATH", System.getenv("PATH"), "LISTEN_PID", "1", "EINHORN_FD_9", "9"),
                    notifySockets,
                    Optional.of(Duration.ofSeconds(5)),
                    Optional.of(new Board(board)));
            int pid;
            try (WorkerProcess master = new WorkerProcess(
                    posix,
                    new Program(command.get(0), command),
                    inheritance,
                    ListenPid.byShell(Path.of("/")),
                    Guard.lifelineAlone(posix))) {
                pid = master.launch(3, 0);
                NotifySockets.Received said =
                        CompletableFuture.supplyAsync(() -> next(notifySockets)).get(1, TimeUnit.MINUTES);
                assertThat(said.sender().pid()).isEqualTo(pid);
                assertThat(said.socket().worker()).isEqualTo(pid);
                assertThat(said.notification().says(Sign.READY)).isTrue();
                assertThat(board.read().orElseThrow().exposition()).isEqualTo(ProtocolChild.figures());
            }
            assertThat(posix.reapWaiting(pid)).isEqualTo(new WaitStatus.Exited(0));
            assertThat(Files.readAllLines(out)).containsExactlyInAnyOrderElementsOf(expected(pid, listeners.all()));
        }
    }

    private static NotifySockets.Received next(NotifySockets sockets) {
        return Stream.generate(sockets::receive)
                .flatMap(received -> received.orElseThrow().stream())
                .findFirst()
                .orElseThrow();
    }

    private List<String> expected(int pid, List<Listener> listeners) {
        List<String> lines = new ArrayList<>(List.of(
                "worker 3 (pid " + pid + ")",
                "parent MASTER",
                "stdin " + listeners.get(0).endpoint(),
                "watchdog " + Optional.of(Duration.ofSeconds(5)),
                "master " + posix.getpid(),
                "leader true",
                "gone true"));
        for (int i = 0; i < listeners.size(); i++) {
            int fd = Handoff.FIRST + i;
            String place = fd + " " + listeners.get(i).endpoint();
            lines.add(fd + " " + listeners.get(i));
            lines.addAll(List.of("NGINX " + place, "SERVER_STARTER_PORT " + place, "EINHORN_FD_" + i + " " + place));
        }
        return lines;
    }
}
