package dev.prefork.control;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.LeakCheck;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** More clients than are served at a time, each of which has asked for something. */
class ControlCrowdTest {
    private static final int PLACES = Limits.USUAL.clients();

    /** As many as wait for the server beside one that it is busy with. */
    private static final int BACKLOG = 128;

    private final LeakCheck leaks = new LeakCheck();
    private final List<RawClient> clients = new ArrayList<>();

    @AfterEach
    void nothingIsLeft() {
        clients.forEach(RawClient::close);
        leaks.assertNothingLeft();
    }

    private RawClient opened(RawClient client) {
        clients.add(client);
        return client;
    }

    /** Clients that have asked for nothing are safe for this long, and have as long as they like for it. */
    private static Limits start(Duration start) {
        return new Limits(PLACES, PLACES / 2, start, Duration.ofMinutes(5), Limits.USUAL.unread());
    }

    private static void assertDone(RawClient client) {
        assertThat(client.next())
                .hasValueSatisfying(answer -> assertThat(answer.kind()).isEqualTo(Answer.Kind.DONE));
        assertThat(client.next()).isEmpty();
    }

    @Test
    void allThatHaveAskedWhileItWasBusyAreAnswered() {
        CountDownLatch busy = new CountDownLatch(1);
        try (RunningServer server = new RunningServer()) {
            Steering usual = server.steering;
            server.steering = (request, asker) -> {
                awaitLatch(busy);
                return usual.begin(request, asker);
            };
            opened(server.connect()).ask(new Request.Status());
            await().until(() -> server.asked.size() == 1);
            for (int i = 0; i < BACKLOG; i++) {
                opened(server.connect()).ask(new Request.Kill(i, false));
            }
            busy.countDown();
            clients.forEach(ControlCrowdTest::assertDone);
            assertThat(server.asked).hasSize(BACKLOG + 1);
        }
    }

    @Test
    void thoseThatFollowLeavePlacesForThoseThatAct() {
        Request.Events events = new Request.Events(-1, true);
        try (RunningServer server = new RunningServer()) {
            server.steering = (request, asker) ->
                    request.equals(events) ? List::of : Course.of(Answer.done(Map.of("line", request.word())));
            for (int i = 0; i < Limits.USUAL.followers(); i++) {
                opened(server.connect()).ask(events);
            }
            await().until(() -> server.asked.size() == Limits.USUAL.followers());
            RawClient further = opened(server.connect());
            further.ask(events);
            assertThat(further.next())
                    .hasValueSatisfying(answer -> assertThat(answer.kind()).isEqualTo(Answer.Kind.REFUSED));
            assertThat(server.asked).hasSize(Limits.USUAL.followers());
            RawClient acting = opened(server.connect());
            acting.ask(new Request.Stop(false));
            assertDone(acting);
            clients.remove(0).close();
            await().untilAsserted(() -> {
                RawClient later = opened(server.connect());
                later.ask(events);
                await().until(() -> server.asked.size() == Limits.USUAL.followers() + 2);
            });
        }
    }

    @Test
    void threeHundredAtOnceAreAllAnswered() throws Exception {
        int crowd = 300;
        CyclicBarrier together = new CyclicBarrier(crowd);
        ExecutorService threads = Executors.newFixedThreadPool(crowd);
        // Threads of this crowd may wait for the processor for longer than a client of its own would.
        try (RunningServer server = new RunningServer(Access.FULL, start(Duration.ofMinutes(1)))) {
            AtomicInteger looks = new AtomicInteger();
            // Every other one has to wait for its answer.
            server.steering = (request, asker) -> {
                AtomicBoolean late = new AtomicBoolean(looks.incrementAndGet() % 2 == 0);
                return () -> late.getAndSet(false) ? List.of() : List.of(Answer.done(Map.of("it", "is")));
            };
            Callable<List<Answer.Received>> client = () -> {
                together.await(1, TimeUnit.MINUTES);
                return server.ask(new Request.Status());
            };
            List<Future<List<Answer.Received>>> answers = new ArrayList<>();
            for (int i = 0; i < crowd; i++) {
                answers.add(threads.submit(client));
            }
            for (Future<List<Answer.Received>> each : answers) {
                assertThat(each.get(2, TimeUnit.MINUTES)).singleElement().satisfies(answer -> assertThat(answer.kind())
                        .isEqualTo(Answer.Kind.DONE));
            }
        } finally {
            threads.shutdown();
            assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void whereAllAreOwedAnAnswerTheNextOneWaitsAndNoneGivesWay() {
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger looks = new AtomicInteger();
        try (RunningServer server = new RunningServer(Access.FULL, start(Duration.ofMillis(50)))) {
            server.steering = (request, asker) -> () -> {
                looks.incrementAndGet();
                return done.get() || request instanceof Request.Status
                        ? List.of(Answer.done(Map.of("it", "is")))
                        : List.of();
            };
            for (int i = 0; i < PLACES; i++) {
                opened(server.connect()).ask(new Request.Reload(true));
            }
            await().until(() -> server.asked.size() == PLACES);
            opened(server.connect()).ask(new Request.Status());
            int before = looks.get();
            await().until(() -> looks.get() > before + 5 * PLACES);
            assertThat(server.asked).doesNotContain(new Request.Status());
            done.set(true);
            clients.forEach(ControlCrowdTest::assertDone);
            server.assertServes();
        }
    }

    @Test
    void oneThatHasSaidHalfOfItGivesWayHoweverOftenItSendsAnotherByte() {
        try (RunningServer server = new RunningServer(Access.FULL, start(Duration.ofMillis(500)))) {
            for (int i = 0; i < PLACES; i++) {
                opened(server.connect()).send((byte) 0, (byte) 0, (byte) 15, (byte) 255);
            }
            AtomicBoolean answered = new AtomicBoolean();
            Thread asker = new Thread(() -> {
                server.assertServes();
                answered.set(true);
            });
            asker.start();
            await().until(() -> {
                clients.forEach(each -> each.send((byte) 'x'));
                return answered.get();
            });
            assertThat(clients.get(0).next()).as("the oldest").isEmpty();
        }
    }

    @Test
    void oneWhoseOwnerTheKernelDoesNotTellIsClosed() throws IOException {
        AtomicInteger failures = new AtomicInteger(20);
        try (RunningServer server = new RunningServer(Access.FULL, Limits.USUAL, withoutPeers(failures))) {
            long before = descriptors();
            for (int i = failures.get(); i > 0; i--) {
                try (RawClient client = server.connect()) {
                    assertThat(client.ask(new Request.Status()).next()).isEmpty();
                }
            }
            server.assertServes();
            assertThat(server.asked).containsExactly(new Request.Status());
            await().untilAsserted(() -> assertThat(descriptors()).isLessThan(before + 10));
        }
    }

    /** A fault that cannot be caused: SO_PEERCRED fails only where memory is short. */
    private static Posix withoutPeers(AtomicInteger failures) {
        Posix real = Posix.system();
        return (Posix) Proxy.newProxyInstance(
                ControlCrowdTest.class.getClassLoader(), new Class<?>[] {Posix.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("peer") && failures.getAndDecrement() > 0) {
                        throw new ErrnoException("getsockopt", Errno.ENOMEM);
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
