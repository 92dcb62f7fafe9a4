package dev.prefork.worker;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Proc;
import dev.prefork.worker.Inheritance.Parent;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(90)
class VisitorsTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final Doors doors = new Doors();
    private final Visitors visitors = doors.visitors();
    private final AdoptedServer server = new AdoptedServer(doors);
    private final CompletableFuture<Visitor> held = new CompletableFuture<>();
    private final MasterSocket socket = MasterSocket.tcp();

    @BeforeEach
    void open() {
        doors.assign(Assignment.of(new Inheritance(Parent.MASTER, List.of(socket.copyFor("http"))), socket.port(), 0));
        server.http(socket.port(), this::answer);
        doors.open();
    }

    /** Requests of {@code /held} begin and end when the test says so. */
    private void answer(HttpServerRequest request) {
        if (request.path().equals("/held")) {
            Channel channel = ((ConnectionBase) request.connection()).channel();
            Visitor visitor = Visitors.of(channel).orElseThrow();
            visitor.requestBegan();
            held.complete(visitor);
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
            doors.close();
            visitors.leave(LONG);
            assertThat(slow.hasAnswer()).isFalse();
            assertThat(slow.send().answer()).contains("adopted");
            assertThat(visitors.awaitGone(LONG)).isZero();
        }
    }

    @Test
    void whoStaysSilentIsNotWaitedForLong() throws InterruptedException {
        try (Client silent = arrived()) {
            doors.close();
            visitors.leave(SHORT);
            assertThat(silent.answer()).isEmpty();
            assertThat(visitors.awaitGone(LONG)).isZero();
        }
    }

    @Test
    void whoHasGoneIsNotWaitedFor() throws InterruptedException {
        arrived().close();
        doors.close();
        visitors.leave(LONG);
        assertThat(visitors.awaitGone(LONG)).isZero();
    }

    @Test
    void withoutVisitorsThereIsNothingToWaitFor() throws InterruptedException {
        doors.close();
        visitors.leave(LONG);
        assertThat(visitors.awaitGone(Duration.ZERO)).isZero();
    }

    @Test
    void aRequestHoldsItsConnectionUntilItIsAnswered() throws InterruptedException {
        try (Client client = Client.to(socket.endpoint()).send("/held", "keep-alive")) {
            Visitor visitor = held.join();
            doors.close();
            visitors.leave(SHORT);
            assertThat(visitors.awaitGone(SHORT.multipliedBy(10))).isEqualTo(1);
            visitor.requestEnded(true);
            assertThat(client.answer()).isEmpty();
            assertThat(visitors.awaitGone(LONG)).isZero();
        }
    }

    @Test
    void anAnswerThatAnnouncedNothingLeavesTimeForTheNextRequest() throws InterruptedException {
        try (Client client = Client.to(socket.endpoint()).send("/held", "keep-alive")) {
            held.join().requestEnded(false);
            doors.close();
            visitors.leave(LONG);
            assertThat(visitors.awaitGone(SHORT)).isEqualTo(1);
            assertThat(client.hasAnswer()).isFalse();
        }
        assertThat(visitors.awaitGone(LONG)).isZero();
    }

    @Test
    void whoDoesNotComeToAnEndIsThrownOut() throws InterruptedException {
        try (Client client = Client.to(socket.endpoint()).send("/held", "keep-alive")) {
            held.join();
            doors.close();
            visitors.leave(SHORT);
            assertThat(visitors.awaitGone(SHORT)).isEqualTo(1);
            visitors.throwOut();
            assertThat(client.answer()).isEmpty();
            assertThat(visitors.awaitGone(LONG)).isZero();
        }
    }

    @Test
    void whoIsToldToGoHasTimeToActOnIt() throws InterruptedException {
        Duration linger = Duration.ofMillis(500);
        try (Client client = Client.to(socket.endpoint()).send("/held", "keep-alive")) {
            Visitor visitor = held.join();
            CompletableFuture<Long> said = new CompletableFuture<>();
            CompletableFuture<Long> closed = new CompletableFuture<>();
            visitor.channel().closeFuture().addListener(end -> closed.complete(System.nanoTime()));
            onItsLoop(visitor, () -> visitor.sayOnLeaving(() -> said.complete(System.nanoTime())));
            visitor.requestEnded(false);
            // Silent for longer than anybody waits for a request.
            await().atMost(LONG).pollDelay(linger.plusMillis(200)).until(() -> true);
            doors.close();
            visitors.leave(linger);
            assertThat(client.answer()).isEmpty();
            assertThat(closed.join() - said.join()).isGreaterThanOrEqualTo(linger.toNanos());
        }
    }

    @Test
    void theFarewellComesAfterWhatIsInFlight() throws InterruptedException {
        try (Client client = Client.to(socket.endpoint()).send("/held", "keep-alive")) {
            Visitor visitor = held.join();
            AtomicInteger said = new AtomicInteger();
            onItsLoop(visitor, () -> visitor.sayOnLeaving(said::incrementAndGet));
            onItsLoop(visitor, visitor::requestBegan);
            doors.close();
            visitors.leave(LONG);
            visitor.requestEnded(false);
            onItsLoop(visitor, () -> {});
            assertThat(said).as("one more is in flight").hasValue(0);
            visitor.requestEnded(false);
            onItsLoop(visitor, () -> {});
            assertThat(said).hasValue(1);
            assertThat(client.hasAnswer()).isFalse();
        }
    }

    @Test
    void whoOpensOneAfterTheOtherIsToldAfterAnAnswer() throws InterruptedException {
        try (Client client = Client.to(socket.endpoint()).send("/held", "keep-alive")) {
            Visitor visitor = held.join();
            AtomicInteger said = new AtomicInteger();
            doors.close();
            visitors.leave(LONG);
            onItsLoop(visitor, visitor::requestBegan);
            onItsLoop(visitor, () -> visitor.sayOnLeaving(said::incrementAndGet));
            assertThat(said).hasValue(0);
            visitor.requestEnded(false);
            onItsLoop(visitor, visitor::requestBegan);
            onItsLoop(visitor, () -> visitor.sayOnLeaving(said::incrementAndGet));
            visitor.requestEnded(false);
            onItsLoop(visitor, () -> {});
            assertThat(said).as("once").hasValue(1);
            assertThat(client.hasAnswer()).isFalse();
        }
    }

    private static void onItsLoop(Visitor visitor, Runnable action) throws InterruptedException {
        visitor.channel().eventLoop().submit(action).sync();
    }

    /** A busy event loop has not read what lies in the socket: the silence is the loop's, not the client's. */
    @Test
    void aRequestThatNobodyHasReadYetIsNotLost() throws InterruptedException {
        try (Client client = arrived()) {
            CountDownLatch release = new CountDownLatch(1);
            CountDownLatch blocked = new CountDownLatch(1);
            visitors.present().forEach(visitor -> visitor.channel().eventLoop().execute(() -> {
                blocked.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }));
            blocked.await();
            doors.close();
            visitors.leave(Duration.ofMillis(1));
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
            Visitor visitor = held.join();
            CompletableFuture<Long> closed = new CompletableFuture<>();
            visitor.channel().closeFuture().addListener(end -> closed.complete(System.nanoTime()));
            CompletableFuture<Long> woken = new CompletableFuture<>();
            leaveAfterAnAnswer(
                    visitor,
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
            assertThat(visitors.awaitGone(LONG)).isZero();
            busy.join().cancel(false);
            assertThat(client.answer()).isEmpty();
        }
    }

    /** The connection has just been heard of, then, and what its loop is given next is done before it looks again. */
    private void leaveAfterAnAnswer(Visitor visitor, Duration linger, Consumer<EventLoop> next) {
        doors.close();
        EventLoop loop = visitor.channel().eventLoop();
        loop.execute(() -> {
            visitor.requestEnded(false);
            visitors.leave(linger);
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
        await().atMost(LONG).until(() -> !visitors.present().isEmpty());
        return client;
    }
}
