package dev.prefork.quarkus.worker;

import static dev.prefork.Waits.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Datagram;
import dev.prefork.os.Endpoint;
import dev.prefork.os.Posix;
import dev.prefork.os.SocketOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The beats of a real worker, with the test at the master's end of the notification socket. */
@Timeout(180)
class WatchdogIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Beats come every 100 ms. */
    private static final String MICROSECONDS = "300000";

    private final MasterSocket http = MasterSocket.tcp();
    private final Posix posix = Posix.system();
    private final List<String> messages = new CopyOnWriteArrayList<>();

    @TempDir
    Path directory;

    private Endpoint.Unix address;
    private int inbox;
    private Thread reader;
    private volatile long lastMessage;

    @BeforeEach
    void listen() {
        address = new Endpoint.Unix(directory.resolve("notify").toString());
        inbox = posix.datagramSocket();
        posix.setOption(inbox, SocketOption.PASS_CREDENTIALS, 1);
        posix.bind(inbox, address);
        reader = new Thread(this::read, "inbox");
        reader.start();
    }

    private void read() {
        Optional<Datagram> next = posix.receiveDatagram(inbox);
        while (next.isPresent()) {
            messages.add(new String(next.get().payload(), UTF_8));
            lastMessage = System.nanoTime();
            next = posix.receiveDatagram(inbox);
        }
    }

    @AfterEach
    void close() throws InterruptedException {
        posix.shutdownRead(inbox);
        reader.join();
        posix.close(inbox);
        http.close();
    }

    @Test
    void theBeatFollowsReadinessAndStopsWhileAnEventLoopIsBlocked() {
        try (TestWorker worker = watched().startServing();
                Client blocking = Client.to(http.endpoint())) {
            awaitBeats(5);
            assertThat(messages.get(0)).isEqualTo("READY=1");
            blocking.send("/block?ms=6000", "close");
            await("silence").atMost(PATIENCE).until(() -> System.nanoTime() - lastMessage > 1_000_000_000);
            int before = beats();
            assertThat(blocking.hasAnswer()).isFalse();
            assertThat(blocking.answer()).endsWith("blocked for 6000 ms\n");
            awaitBeats(before + 3);
        }
    }

    @Test
    void theBeatStopsWhileEveryThreadForBlockingWorkIsOccupiedAndNotWhileOneIsFree() {
        try (TestWorker worker =
                        watched().option("-Dquarkus.thread-pool.max-threads=2").startServing();
                Client first = Client.to(http.endpoint()).send("/jam?ms=60000", "close");
                Client second = Client.to(http.endpoint())) {
            awaitBeats(10);
            assertThat(first.hasAnswer()).isFalse();
            second.send("/jam?ms=6000", "close");
            await("silence").atMost(PATIENCE).until(() -> System.nanoTime() - lastMessage > 1_000_000_000);
            int before = beats();
            assertThat(second.answer()).endsWith("blocked for 6000 ms\n");
            awaitBeats(before + 3);
            assertThat(first.hasAnswer()).isFalse();
        }
    }

    @Test
    void theBeatGoesOnUnderLoadOfLongRequests() {
        try (TestWorker worker = watched().startServing();
                Client slow = Client.to(http.endpoint()).send("/work?ms=60000", "close")) {
            awaitBeats(10);
            assertThat(slow.hasAnswer()).isFalse();
        }
    }

    @Test
    void whoIsNotWatchedSendsNoBeat() {
        try (TestWorker worker = watched().environment("WATCHDOG_PID", "1").startServing()) {
            await().atMost(PATIENCE).until(() -> messages.contains("READY=1"));
            await().during(Duration.ofSeconds(1)).until(() -> beats() == 0);
        }
    }

    private TestWorker.Builder watched() {
        return new TestWorker.Builder()
                .listener("http", http)
                .option("-Dquarkus.profile=test")
                .environment("NOTIFY_SOCKET", address.path())
                .environment("WATCHDOG_USEC", MICROSECONDS);
    }

    private void awaitBeats(int atLeast) {
        await("beats in " + messages).atMost(PATIENCE).until(() -> beats() >= atLeast);
    }

    private int beats() {
        return (int) messages.stream().filter("WATCHDOG=1"::equals).count();
    }
}
