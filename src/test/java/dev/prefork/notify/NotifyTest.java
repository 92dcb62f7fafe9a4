package dev.prefork.notify;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.prefork.notify.Notification.Sign;
import dev.prefork.os.Endpoint;
import dev.prefork.os.OpenDescriptors;
import dev.prefork.os.Posix;
import dev.prefork.os.SocketOption;
import dev.prefork.os.TestChild;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
    private final Queue<NotifySockets.Received> unread = new ArrayDeque<>();
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
    private NotifySockets sockets;
    private NotifySocket socket;

    @BeforeEach
    void open() {
        logger.addHandler(recorder);
        before = OpenDescriptors.socketsAndPipes();
        sockets = NotifySockets.open(posix);
        socket = sockets.openFor(0);
    }

    @AfterEach
    void nothingIsLeftOpen() {
        sockets.close();
        // One may have waited for room; it has none to wait for now.
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("prefork-heartbeat")));
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
        assertThat(next().notification().says(Sign.WATCHDOG)).isTrue();
    }

    /** Others may keep the queue full. */
    @Test
    void aBeatThatFindsTheQueueFullIsHeardWhenItsTurnComes() {
        fillTheQueue();
        Notifier.fromEnvironment(posix, Map.of("NOTIFY_SOCKET", socket.address()))
                .watchdog();

        await().until(() -> next().notification().says(Sign.WATCHDOG));
        assertThat(logged).isEmpty();
    }

    @Test
    void whereNoThreadCanBeStartedABeatIsLeftOutAndTheNextOneIsNot() {
        fillTheQueue();
        AtomicInteger threads = new AtomicInteger();
        Notifier notifier =
                Notifier.fromEnvironment(posix, Map.of("NOTIFY_SOCKET", socket.address()), task -> new Thread(task) {
                    @Override
                    public void start() {
                        if (threads.incrementAndGet() == 1) {
                            throw new OutOfMemoryError("unable to create native thread");
                        }
                        super.start();
                    }
                });
        notifier.watchdog();
        notifier.watchdog();

        await().until(() -> next().notification().says(Sign.WATCHDOG));
        assertThat(threads).hasValue(2);
    }

    private void fillTheQueue() {
        byte[] status = "STATUS=flood".getBytes(StandardCharsets.UTF_8);
        int fd = posix.datagramSocket();
        posix.setNonBlocking(fd, true);
        assertThatThrownBy(() -> {
                    while (true) {
                        posix.sendDatagram(fd, status, new Endpoint.Unix(socket.address()));
                    }
                })
                .hasMessageContaining("EAGAIN");
        posix.close(fd);
    }

    @Test
    void theAddressIsAbstractAndUnlikeAnyOther() {
        assertThat(socket.address()).matches("@prefork/" + posix.getpid() + "/[0-9a-f]{16}");
        assertThat(sockets.openFor(0).address()).isNotEqualTo(socket.address());
    }

    @Test
    void whatANotifierSaysArrivesWithItsPid() {
        Notifier notifier = notifier(socket.address());
        notifier.ready();
        notifier.stopping();
        notifier.watchdog();
        notifier.recycle();
        notifier.status("Serving\n3 clients");
        List<NotifySockets.Received> received = List.of(next(), next(), next(), next(), next());
        assertThat(received)
                .extracting(NotifySockets.Received::notification)
                .containsExactly(
                        new Notification(Set.of(Sign.READY), Optional.empty(), Optional.empty(), Optional.empty()),
                        new Notification(Set.of(Sign.STOPPING), Optional.empty(), Optional.empty(), Optional.empty()),
                        new Notification(Set.of(Sign.WATCHDOG), Optional.empty(), Optional.empty(), Optional.empty()),
                        new Notification(Set.of(Sign.RECYCLE), Optional.empty(), Optional.empty(), Optional.empty()),
                        new Notification(
                                Set.of(), Optional.of("Serving 3 clients"), Optional.empty(), Optional.empty()));
        assertThat(received).extracting(each -> each.sender().pid()).containsOnly(posix.getpid());
        assertThat(received).extracting(NotifySockets.Received::socket).containsOnly(socket);
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
            NotifySockets.Received received = next();
            assertThat(received.sender().pid()).isEqualTo(child.pid());
            assertThat(received.notification().signs()).containsExactlyInAnyOrder(Sign.READY, Sign.MAINPID);
        }
    }

    @Test
    void closingWakesTheReader() throws Exception {
        CompletableFuture<Thread> reader = new CompletableFuture<>();
        CompletableFuture<Boolean> received = CompletableFuture.supplyAsync(() -> {
            reader.complete(Thread.currentThread());
            Optional<List<NotifySockets.Received>> more = sockets.receive();
            while (more.isPresent()) {
                more = sockets.receive();
            }
            return true;
        });
        Thread thread = reader.get(60, TimeUnit.SECONDS);
        await().until(() -> List.of(thread.getStackTrace()).toString().contains("poll"));
        sockets.close();
        assertThat(received.get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aClosedSocketReceivesNothingNotEvenWhatIsQueued() {
        notifier(socket.address()).ready();
        sockets.close();
        assertThat(sockets.receive()).isEmpty();
        assertThat(sockets.receive()).isEmpty();
    }

    @Test
    void closingManyTimesUnderALivelyReaderLeaksNothing() throws Exception {
        for (int i = 0; i < 50; i++) {
            NotifySockets busy = NotifySockets.open(posix);
            Notifier notifier = notifier(busy.openFor(0).address());
            CompletableFuture<Integer> count = CompletableFuture.supplyAsync(() -> {
                int messages = 0;
                Optional<List<NotifySockets.Received>> received = busy.receive();
                while (received.isPresent()) {
                    messages += received.get().size();
                    received = busy.receive();
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

        sockets.close();

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

    /** Received together with others it waits for its turn. */
    private NotifySockets.Received next() {
        while (unread.isEmpty()) {
            unread.addAll(sockets.receive().orElseThrow());
        }
        return unread.remove();
    }
}
