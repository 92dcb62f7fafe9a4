package dev.prefork.listen;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Ring;
import dev.prefork.handoff.Handoff;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.os.TestChild;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The order of a stop: refuse newcomers, let workers empty the queue, and only then close the socket.
 *
 * <p>There are fewer clients than the backlog has room for: beyond that the kernel answers with SYN cookies, and such a client
 * is nowhere to be seen until its ACK arrives.
 */
class NoConnectionLostTest {
    private static final int CLIENTS = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Posix posix = Posix.system();
    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<String> lost = new ConcurrentLinkedQueue<>();
    private volatile boolean shut;

    static IntStream rounds() {
        return IntStream.rangeClosed(1, Ring.rounds("prefork.rounds", 5, 20));
    }

    @ParameterizedTest
    @MethodSource("rounds")
    void whoeverSawHisConnectionEstablishedIsAnswered(int round) throws Exception {
        hammerWhileClosing("tcp4://127.0.0.1:0", new ListenOptions(64, false, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp4://127.0.0.1:0", "tcp://:0"})
    void withReusePortToo(String address) throws Exception {
        hammerWhileClosing(address, new ListenOptions(64, true, 2));
    }

    private void hammerWhileClosing(String address, ListenOptions options) throws Exception {
        List<TestChild> workers = new ArrayList<>();
        List<Thread> hammers = new ArrayList<>();
        try (Listeners listeners = Listeners.open(posix, ListenSpec.parseList(List.of(address)), options, List.of())) {
            for (int slot = 0; slot < 2; slot++) {
                workers.add(LineServer.start(new Handoff(listeners.all(), Set.of()), slot));
            }
            int port = Clients.port(listeners.all().get(0));
            for (int i = 0; i < CLIENTS; i++) {
                hammers.add(new Thread(() -> hammer(port), "hammer-" + i));
            }
            hammers.forEach(Thread::start);
            await().atMost(PATIENCE).until(() -> answered.get() > 100);

            assertThat(listeners.stopAccepting()).isEmpty();
            shut = true;
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(1))
                    .pollDelay(Duration.ZERO)
                    .until(() -> listeners.waiting() == 0);

            listeners.close();
            workers.forEach(worker -> posix.kill(worker.pid(), Signal.TERM));
            workers.forEach(TestChild::awaitEnd);
            for (Thread hammer : hammers) {
                hammer.join(PATIENCE.toMillis());
                assertThat(hammer.isAlive()).isFalse();
            }
        } finally {
            workers.forEach(TestChild::close);
        }
        assertThat(lost).isEmpty();
    }

    /** Connects again and again until nobody is let in any more. From the moment a connection is there, nothing may fail. */
    private void hammer(int port) {
        while (true) {
            try (Socket socket = new Socket()) {
                try {
                    socket.connect(new InetSocketAddress("127.0.0.1", port), 400);
                } catch (IOException notIn) {
                    // Before the door is shut, that is only a full queue.
                    if (shut) {
                        return;
                    }
                    continue;
                }
                talk(socket);
            } catch (IOException e) {
                lost.add("client " + Thread.currentThread().getName() + ": " + e);
            }
        }
    }

    private void talk(Socket socket) throws IOException {
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.getOutputStream().write("x\n".getBytes());
        if (Clients.readLine(socket) == null) {
            throw new IOException("closed without an answer");
        }
        answered.incrementAndGet();
    }
}
