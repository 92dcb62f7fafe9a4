package dev.prefork.quarkus.worker;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.handoff.Inheritance;
import dev.prefork.handoff.Inheritance.Parent;
import dev.prefork.it.Proc;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(90)
class OpenConnectionsTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final AcceptGate gate = new AcceptGate();
    private final OpenConnections connections = gate.connections();
    private final AdoptedServer server = new AdoptedServer(gate);
    private final CompletableFuture<DrainingConnection> held = new CompletableFuture<>();
    private final MasterSocket socket = MasterSocket.tcp();

    @BeforeEach
    void open() {
        gate.assign(Assignment.of(new Inheritance(Parent.MASTER, List.of(socket.copyFor("http"))), socket.port(), 0));
        server.http(socket.port(), this::answer);
        gate.open();
    }

    /** Requests of {@code /held} begin and end when the test says so. */
    private void answer(HttpServerRequest request) {
        if (request.path().equals("/held")) {
            Channel channel = ((ConnectionBase) request.connection()).channel();
            DrainingConnection draining = OpenConnections.of(channel).orElseThrow();
            draining.requestBegan();
            held.complete(draining);
        } else {
            request.response().end("adopted");
        }
    }

    @AfterEach
    void stop() {
        server.close();
        socket.close();
    }

    @Test
    void whoHasNotSpokenYetIsStillAnswered() throws InterruptedException {
        try (Client slow = arrived()) {
            gate.close();
            connections.leave(LONG);
            assertThat(slow.hasAnswer()).isFalse();
            assertThat(slow.send().answer()).contains("adopted");
            assertThat(connections.awaitGone(LONG)).isZero();
        }
    }

    @Test
    void whoStaysSilentIsNotWaitedForLong() throws InterruptedException {
        try (Client silent = arrived()) {
            gate.close();
            connections.leave(SHORT);
            assertThat(silent.answer()).isEmpty();
            assertThat(connections.awaitGone(LONG)).isZero();
        }
    }

    @Test
    void whoHasGoneIsNotWaitedFor() throws InterruptedException {
        arrived().close();
        gate.close();
        connections.leave(LONG);
        assertThat(connections.awaitGone(LONG)).isZero();
    }

    @Test
    void withoutVisitorsThereIsNothingToWaitFor() throws InterruptedException {
        gate.close();
        connections.leave(LONG);
        assertThat(connections.awaitGone(Duration.ZERO)).isZero();
    }

    @Test
    void whatAnEventLoopHasBegunIsWaitedForWhenTheConnectionsAreGone() throws InterruptedException {
        try (Client client = Client.to(socket.endpoint()).send("/held", "keep-alive")) {
            CountDownLatch released = new CountDownLatch(1);
            AtomicBoolean finished = new AtomicBoolean();
            held.join().channel().eventLoop().execute(() -> {
                released.countDown();
                LockSupport.parkNanos(SHORT.multipliedBy(10).toNanos());
                finished.set(true);
            });
            released.await();

            gate.awaitLoops(LONG);
            assertThat(finished).isTrue();
            gate.close();
            connections.throwOut();
            assertThat(client.answer()).isEmpty();
        }
        server.close();
        gate.awaitLoops(LONG);
    }

    @Test
    void aRequestHoldsItsConnectionUntilItIsAnswered() throws InterruptedException {
        try (Client client = Client.to(socket.endpoint()).send("/held", "keep-alive")) {
            DrainingConnection draining = held.join();
            gate.close();
            connections.leave(SHORT);
            assertThat(connections.awaitGone(SHORT.multipliedBy(10))).isEqualTo(1);
            draining.requestEnded(true);
            assertThat(client.answer()).isEmpty();
            assertThat(connections.awaitGone(LONG)).isZero();
        }
    }

    @Test
    void anAnswerThatAnnouncedNothingLeavesTimeForTheNextRequest() throws InterruptedException {
        try (Client client = Client.to(socket.endpoint()).send("/held", "keep-alive")) {
            held.join().requestEnded(false);
            gate.close();
            connections.leave(LONG);
            assertThat(connections.awaitGone(SHORT)).isEqualTo(1);
            assertThat(client.hasAnswer()).isFalse();
        }
        assertThat(connections.awaitGone(LONG)).isZero();
    }

    @Test
    void whoDoesNotComeToAnEndIsThrownOut() throws InterruptedException {
        try (Client client = Client.to(socket.endpoint()).send("/held", "keep-alive")) {
            held.join();
            gate.close();
            connections.leave(SHORT);
            assertThat(connections.awaitGone(SHORT)).isEqualTo(1);
            connections.throwOut();
            assertThat(client.answer()).isEmpty();
            assertThat(connections.awaitGone(LONG)).isZero();
        }
    }

    @Test
    void whoIsToldToGoHasTimeToActOnIt() throws InterruptedException {
        Duration linger = Duration.ofMillis(500);
        try (Client client = Client.to(socket.endpoint()).send("/held", "keep-alive")) {
            DrainingConnection draining = held.join();
            CompletableFuture<Long> said = new CompletableFuture<>();
            CompletableFuture<Long> closed = new CompletableFuture<>();
            draining.channel().closeFuture().addListener(end -> closed.complete(System.nanoTime()));
            onItsLoop(draining, () -> draining.sayOnLeaving(() -> said.complete(System.nanoTime())));
            draining.requestEnded(false);
            // Silent for longer than anybody waits for a request.
            await().atMost(LONG).pollDelay(linger.plusMillis(200)).until(() -> true);
            gate.close();
            connections.leave(linger);
            assertThat(client.answer()).isEmpty();
            assertThat(closed.join() - said.join()).isGreaterThanOrEqualTo(linger.toNanos());
        }
    }

    @Test
    void theFarewellComesAfterWhatIsInFlight() throws InterruptedException {
        try (Client client = Client.to(socket.endpoint()).send("/held", "keep-alive")) {
            DrainingConnection draining = held.join();
            AtomicInteger said = new AtomicInteger();
            onItsLoop(draining, () -> draining.sayOnLeaving(said::incrementAndGet));
            onItsLoop(draining, draining::requestBegan);
            gate.close();
            connections.leave(LONG);
            draining.requestEnded(false);
            onItsLoop(draining, () -> {});
            assertThat(said).as("one more is in flight").hasValue(0);
            draining.requestEnded(false);
            onItsLoop(draining, () -> {});
            assertThat(said).hasValue(1);
            assertThat(client.hasAnswer()).isFalse();
        }
    }

    @Test
    void whoOpensOneAfterTheOtherIsToldAfterAnAnswer() throws InterruptedException {
        try (Client client = Client.to(socket.endpoint()).send("/held", "keep-alive")) {
            DrainingConnection draining = held.join();
            AtomicInteger said = new AtomicInteger();
            gate.close();
            connections.leave(LONG);
            onItsLoop(draining, draining::requestBegan);
            onItsLoop(draining, () -> draining.sayOnLeaving(said::incrementAndGet));
            assertThat(said).hasValue(0);
            draining.requestEnded(false);
            onItsLoop(draining, draining::requestBegan);
            onItsLoop(draining, () -> draining.sayOnLeaving(said::incrementAndGet));
            draining.requestEnded(false);
            onItsLoop(draining, () -> {});
            assertThat(said).as("once").hasValue(1);
            assertThat(client.hasAnswer()).isFalse();
        }
    }

    private static void onItsLoop(DrainingConnection draining, Runnable action) throws InterruptedException {
        draining.channel().eventLoop().submit(action).sync();
    }

    /** A busy event loop has not read what lies in the socket: the silence is the loop's, not the client's. */
    @Test
    void aRequestThatNobodyHasReadYetIsNotLost() throws InterruptedException {
        try (Client client = arrived()) {
            CountDownLatch release = new CountDownLatch(1);
            CountDownLatch blocked = new CountDownLatch(1);
            connections
                    .present()
                    .forEach(draining -> draining.channel().eventLoop().execute(() -> {
                        blocked.countDown();
                        try {
                            release.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    }));
            blocked.await();
            gate.close();
            connections.leave(Duration.ofMillis(1));
            client.send();
            await().atMost(LONG).until(() -> Proc.unread(socket.port()) > 0);
            release.countDown();
            assertThat(client.answer()).contains("adopted");
        }
    }

    /** The client may have been paused as well, on its way to the next request. */
    @Test
    void aSilenceThatTheLoopHasSleptThroughIsGrantedAgain() {
        Duration linger = Duration.ofMillis(100);
        try (Client client = Client.to(socket.endpoint()).send("/held", "keep-alive")) {
            DrainingConnection draining = held.join();
            CompletableFuture<Long> closed = new CompletableFuture<>();
            draining.channel().closeFuture().addListener(end -> closed.complete(System.nanoTime()));
            CompletableFuture<Long> woken = new CompletableFuture<>();
            leaveAfterAnAnswer(
                    draining,
                    linger,
                    loop -> loop.execute(() -> {
                        sleepFor(linger.multipliedBy(2));
                        woken.complete(System.nanoTime());
                    }));
            assertThat(closed.join() - woken.join()).isGreaterThanOrEqualTo(linger.toNanos());
            assertThat(client.answer()).isEmpty();
        }
    }

    @Test
    void aLoopThatIsLateAllTheTimeComesToAnEndAllTheSame() throws InterruptedException {
        Duration linger = Duration.ofMillis(100);
        try (Client client = Client.to(socket.endpoint()).send("/held", "keep-alive")) {
            CompletableFuture<Future<?>> busy = new CompletableFuture<>();
            leaveAfterAnAnswer(
                    held.join(),
                    linger,
                    loop -> busy.complete(loop.scheduleAtFixedRate(
                            () -> sleepFor(linger.multipliedBy(3)), 0, 1, TimeUnit.MILLISECONDS)));
            assertThat(connections.awaitGone(LONG)).isZero();
            busy.join().cancel(false);
            assertThat(client.answer()).isEmpty();
        }
    }

    /** The connection has just been heard of, then, and what its loop is given next is done before it looks again. */
    private void leaveAfterAnAnswer(DrainingConnection draining, Duration linger, Consumer<EventLoop> next) {
        gate.close();
        EventLoop loop = draining.channel().eventLoop();
        loop.execute(() -> {
            draining.requestEnded(false);
            connections.leave(linger);
            next.accept(loop);
        });
    }

    private static void sleepFor(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    private Client arrived() {
        Client client = Client.to(socket.endpoint());
        await().atMost(LONG).until(() -> !connections.present().isEmpty());
        return client;
    }
}
