package dev.prefork.listen;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.prefork.handoff.Handoff;
import dev.prefork.listen.StallMeter.Stall;
import dev.prefork.os.Endpoint;
import dev.prefork.os.Posix;
import dev.prefork.os.TestChild;
import dev.prefork.procfs.TcpTable;
import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against real queues, by a clock that the test winds. */
class StallMeterTest {
    private static final ListenOptions SHARED = new ListenOptions(100, false, 1);
    private static final OptionalInt ALL = OptionalInt.empty();

    private final Posix posix = Posix.system();
    private final Clients clients = new Clients();
    private long seconds;

    @TempDir
    Path directory;

    @AfterEach
    void closeClients() throws Exception {
        clients.close();
    }

    private Listeners open(ListenOptions options, String... specs) {
        return Listeners.open(posix, ListenSpec.parseList(List.of(specs)), options, List.of());
    }

    private static StallMeter meter(Posix posix, Listeners listeners) {
        return new StallMeter(new QueueFigures(posix, listeners.all(), 100));
    }

    private List<Stall> look(StallMeter meter) {
        return meter.look(++seconds * 1_000_000_000L).stream()
                .map(stall ->
                        new Stall(stall.listener(), stall.slot(), stall.waiting(), stall.nanos() / 1_000_000_000L))
                .toList();
    }

    /** By another process, as workers do: one that has the socket of slot 0. */
    private static void accept(Listeners listeners, int count) {
        String statement = "[listener.accept() for i in range(" + count + ")]\nprint('done', flush=True)";
        try (TestChild worker = LineServer.run(new Handoff(listeners.all(), Set.of()), statement)) {
            assertThat(worker.readLine()).isEqualTo("done");
        }
    }

    private void awaitQueued(Listeners listeners, int count) {
        await().until(() -> listeners.queued() == count);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp4://127.0.0.1:0", "tcp4://0.0.0.0:0", "tcp://[::]:0"})
    void connectionsThatAreNotAcceptedStallAListener(String address) {
        try (Listeners listeners = open(SHARED, "http=" + address, "idle=tcp4://127.0.0.1:0")) {
            StallMeter meter = meter(posix, listeners);
            assertThat(look(meter)).isEmpty();
            clients.connect(listeners.all().get(0));
            awaitQueued(listeners, 1);
            assertThat(look(meter)).containsExactly(new Stall("http", ALL, 1, 0));
            clients.connect(listeners.all().get(0));
            awaitQueued(listeners, 2);
            assertThat(look(meter)).containsExactly(new Stall("http", ALL, 2, 1));

            accept(listeners, 1);
            clients.connect(listeners.all().get(0));
            awaitQueued(listeners, 2);
            assertThat(look(meter)).containsExactly(new Stall("http", ALL, 2, 0));
        }
    }

    @Test
    void clientsThatGiveUpEndNoStallWhetherTheyCloseOrReset() throws IOException {
        try (Listeners listeners = open(SHARED, "http=tcp4://127.0.0.1:0")) {
            StallMeter meter = meter(posix, listeners);
            Socket closes = clients.connect(listeners.all().get(0));
            Socket resets = clients.connect(listeners.all().get(0));
            clients.connect(listeners.all().get(0));
            awaitQueued(listeners, 3);
            look(meter);
            closes.close();
            resets.setSoLinger(true, 0);
            resets.close();
            await().untilAsserted(() -> assertThat(TcpTable.waiting(
                            (Endpoint.Inet) listeners.all().get(0).endpoint()))
                    .hasSize(2));
            assertThat(look(meter)).containsExactly(new Stall("http", ALL, 3, 1));
        }
    }

    @Test
    void placesThatAreLeftByResetsAreNotConnectionsThatWait() throws IOException {
        try (Listeners listeners = open(SHARED, "http=tcp4://127.0.0.1:0")) {
            StallMeter meter = meter(posix, listeners);
            Socket resets = clients.connect(listeners.all().get(0));
            awaitQueued(listeners, 1);
            resets.setSoLinger(true, 0);
            resets.close();
            await().untilAsserted(() -> assertThat(look(meter)).isEmpty());
            assertThat(listeners.queued()).isEqualTo(1);
        }
    }

    @Test
    void aUnixListenerStallsAsWell() throws IOException {
        Path path = directory.resolve("app.sock");
        try (Listeners listeners = open(SHARED, "app=unix://" + path)) {
            StallMeter meter = meter(posix, listeners);
            clients.connectUnix(path.toString());
            SocketChannel gone = clients.connectUnix(path.toString());
            assertThat(look(meter)).containsExactly(new Stall("app", ALL, 2, 0));
            gone.close();
            clients.connectUnix(path.toString());
            assertThat(look(meter)).containsExactly(new Stall("app", ALL, 3, 1));

            accept(listeners, 1);
            clients.connectUnix(path.toString());
            assertThat(look(meter)).containsExactly(new Stall("app", ALL, 3, 0));
        }
    }

    @Test
    void withReusePortItIsTheSlotThatIsNamed() {
        try (Listeners listeners = open(new ListenOptions(100, true, 2), "http=tcp4://127.0.0.1:0")) {
            StallMeter meter = meter(posix, listeners);
            Listener http = listeners.all().get(0);
            // The kernel spreads them by a hash of the address.
            while (http.descriptors().stream()
                    .anyMatch(fd -> posix.acceptQueue(fd).length() == 0)) {
                clients.connect(http);
            }
            look(meter);
            accept(listeners, posix.acceptQueue(http.descriptorFor(0)).length());
            assertThat(look(meter)).extracting(Stall::slot, Stall::nanos).containsExactly(tuple(OptionalInt.of(1), 1L));
        }
    }

    @Test
    void whereTheKernelDoesNotTellNobodyIsSaidToWait() throws IOException {
        Posix untold = PosixDoubles.failing("unixWaiting", Errno.EMSGSIZE, arguments -> true);
        Path path = directory.resolve("app.sock");
        try (Listeners listeners = open(SHARED, "app=unix://" + path)) {
            clients.connectUnix(path.toString());
            assertThat(look(meter(posix, listeners))).hasSize(1);
            assertThat(look(meter(untold, listeners))).isEmpty();
        }
    }
}
