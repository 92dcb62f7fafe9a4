package dev.prefork.notify;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.prefork.os.Endpoint;
import dev.prefork.os.OpenDescriptors;
import dev.prefork.os.Posix;
import dev.prefork.os.SocketOption;
import dev.prefork.os.TestChild;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotifyTest {
    private final Posix posix = Posix.system();
    private final List<String> logged = new ArrayList<>();
    private final Logger logger = Logger.getLogger(Notifier.class.getName());
    private final Handler recorder = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private Map<Integer, String> before;
    private NotifySocket socket;

    @BeforeEach
    void open() {
        logger.addHandler(recorder);
        before = OpenDescriptors.socketsAndPipes();
        socket = NotifySocket.open(posix);
    }

    @AfterEach
    void nothingIsLeftOpen() {
        socket.close();
        logger.removeHandler(recorder);
        assertThat(OpenDescriptors.socketsAndPipes()).isEqualTo(before);
    }

    @Test
    void aBeatNeverWaitsForAMasterThatDoesNotRead() throws Exception {
        Notifier notifier = Notifier.fromEnvironment(posix, Map.of("NOTIFY_SOCKET", socket.address()));
        // More than any queue holds; see /proc/sys/net/unix/max_dgram_qlen.
        CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 5_000; i++) {
                        notifier.watchdog();
                    }
                })
                .get(60, TimeUnit.SECONDS);
        assertThat(logged).isEmpty();
        assertThat(socket.receive().orElseThrow().notification().watchdog()).isTrue();
    }

    @Test
    void theAddressIsAbstractAndUnlikeAnyOther() {
        assertThat(socket.address()).matches("@prefork/" + posix.getpid() + "/[0-9a-f]{16}");
        try (NotifySocket other = NotifySocket.open(posix)) {
            assertThat(other.address()).isNotEqualTo(socket.address());
        }
    }

    @Test
    void whatANotifierSaysArrivesWithItsPid() {
        Notifier notifier = notifier(socket.address());
        notifier.ready();
        notifier.stopping();
        notifier.watchdog();
        notifier.status("Serving\n3 clients");
        assertThat(List.of(next(), next(), next(), next()))
                .extracting(NotifySocket.Received::notification)
                .containsExactly(
                        new Notification(true, false, false, Optional.empty(), false),
                        new Notification(false, true, false, Optional.empty(), false),
                        new Notification(false, false, true, Optional.empty(), false),
                        new Notification(false, false, false, Optional.of("Serving 3 clients"), false));
        notifier.ready();
        assertThat(next().pid()).isEqualTo(posix.getpid());
        assertThat(logged).isEmpty();
    }

    @Test
    void aForeignSenderIsKnownByItsRealPidWhateverItClaims() {
        Optional<String> python = TestChild.python();
        assumeTrue(python.isPresent(), "this machine has no python3");
        String script = "import os, socket; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); "
                + "s.connect('\\0' + os.environ['NOTIFY_SOCKET'][1:]); s.sendall(b'READY=1\\nMAINPID=1\\n')";
        try (TestChild child =
                TestChild.start(List.of(python.get(), "-c", script), Map.of("NOTIFY_SOCKET", socket.address()))) {
            NotifySocket.Received received = next();
            assertThat(received.pid()).isEqualTo(child.pid());
            assertThat(received.notification().ready()).isTrue();
            assertThat(received.notification().mainPid()).isTrue();
        }
    }

    @Test
    void closingWakesTheReader() throws Exception {
        CompletableFuture<Thread> reader = new CompletableFuture<>();
        CompletableFuture<Optional<NotifySocket.Received>> received = CompletableFuture.supplyAsync(() -> {
            reader.complete(Thread.currentThread());
            return socket.receive();
        });
        Thread thread = reader.get(60, TimeUnit.SECONDS);
        await().until(() -> List.of(thread.getStackTrace()).toString().contains("recvmsg"));
        socket.close();
        assertThat(received.get(60, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void aClosedSocketReceivesNothingNotEvenWhatIsQueued() {
        notifier(socket.address()).ready();
        socket.close();
        assertThat(socket.receive()).isEmpty();
        assertThat(socket.receive()).isEmpty();
    }

    @Test
    void closingManyTimesUnderALivelyReaderLeaksNothing() throws Exception {
        for (int i = 0; i < 50; i++) {
            NotifySocket busy = NotifySocket.open(posix);
            Notifier notifier = notifier(busy.address());
            CompletableFuture<Integer> count = CompletableFuture.supplyAsync(() -> {
                int messages = 0;
                while (busy.receive().isPresent()) {
                    messages++;
                }
                return messages;
            });
            notifier.watchdog();
            notifier.watchdog();
            busy.close();
            busy.close();
            assertThat(count.get(60, TimeUnit.SECONDS)).isBetween(0, 2);
        }
    }

    @Test
    void theNameIsFreeAgainAfterClose() {
        Endpoint.Unix name = new Endpoint.Unix(socket.address());
        int fd = posix.datagramSocket();
        assertThatThrownBy(() -> posix.bind(fd, name)).hasMessageContaining("(EADDRINUSE)");

        socket.close();

        posix.bind(fd, name);
        notifier(name.path()).ready();
        assertThat(posix.receiveDatagram(fd))
                .hasValueSatisfying(datagram -> assertThat(new String(datagram.payload(), StandardCharsets.UTF_8))
                        .isEqualTo("READY=1"));
        posix.close(fd);
    }

    @Test
    void aPathInTheFileSystemIsReachedAsWell(@TempDir Path directory) {
        Endpoint.Unix path = new Endpoint.Unix(directory.resolve("notify").toString());
        int fd = posix.datagramSocket();
        posix.setOption(fd, SocketOption.PASS_CREDENTIALS, 1);
        posix.bind(fd, path);
        notifier(path.path()).ready();
        assertThat(posix.receiveDatagram(fd))
                .hasValueSatisfying(datagram -> assertThat(new String(datagram.payload(), StandardCharsets.UTF_8))
                        .isEqualTo("READY=1"));
        posix.close(fd);
    }

    @Test
    void withoutASocketNothingHappens() {
        for (Map<String, String> environment : List.of(Map.<String, String>of(), Map.of("NOTIFY_SOCKET", ""))) {
            Notifier silent = Notifier.fromEnvironment(posix, environment);
            silent.ready();
            silent.watchdog();
        }
        assertThat(logged).isEmpty();
    }

    @Test
    void anUnreachableMasterIsLoggedOnceAndNeverThrown() {
        for (String address : List.of("@prefork/nobody/0", "/nowhere/notify", "vsock:2:1234", "@", "x".repeat(200))) {
            logged.clear();
            Notifier notifier = notifier(address);
            notifier.ready();
            notifier.stopping();
            notifier.watchdog();
            assertThat(logged).as(address).hasSize(1);
            assertThat(logged.get(0))
                    .contains("READY=1")
                    .contains("check NOTIFY_SOCKET")
                    .doesNotContain("\n");
        }
    }

    private Notifier notifier(String address) {
        return Notifier.fromEnvironment(posix, Map.of("NOTIFY_SOCKET", address));
    }

    private NotifySocket.Received next() {
        return socket.receive().orElseThrow();
    }
}
