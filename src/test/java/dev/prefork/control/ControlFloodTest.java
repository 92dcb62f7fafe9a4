package dev.prefork.control;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.LeakCheck;
import dev.prefork.Ring;
import dev.prefork.os.Peer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that do what none of ours does. */
class ControlFloodTest {
    private static final int MALFORMED = Ring.rounds("prefork.control.malformed", 5_000, 100_000);
    private static final int CROWD = 1_000;

    private final LeakCheck leaks = new LeakCheck();

    @AfterEach
    void nothingIsLeft() {
        leaks.assertNothingLeft();
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    @Test
    void aClientThatSaysNothingIsToldSoAndDropped() {
        try (RunningServer server = new RunningServer(Access.FULL, RunningServer.patient(Duration.ofSeconds(1)));
                RawClient silent = server.connect();
                RawClient halfway = server.connect().send((byte) 0, (byte) 0, (byte) 1)) {
            server.assertServes();
            assertThat(silent.next().orElseThrow().line()).isEqualTo("no request within 1 s");
            assertThat(silent.next()).isEmpty();
            assertThat(halfway.next().orElseThrow().kind()).isEqualTo(Answer.Kind.REFUSED);
            assertThat(halfway.next()).isEmpty();
            assertThat(server.asked).containsExactly(new Request.Status());
            assertThat(server.warnings).as("it costs no line").isEmpty();
        }
    }

    @Test
    void oneThatDripsIsDroppedWhenItIsSilentForTooLong() {
        try (RunningServer server = new RunningServer(Access.FULL, RunningServer.patient(Duration.ofMillis(500)));
                RawClient slow = server.connect()) {
            for (byte each : Frame.of(new Request.Status().text())) {
                slow.send(each);
            }
            assertThat(slow.next().orElseThrow().kind()).isEqualTo(Answer.Kind.DONE);
        }
    }

    @Test
    void aThousandConnectionsCostAsMuchAsSixtyFour() throws IOException {
        List<RawClient> crowd = new ArrayList<>();
        Limits hasty = new Limits(64, 48, Duration.ofMillis(50), Duration.ofMinutes(5), Limits.USUAL.unread());
        try (RunningServer server = new RunningServer(Access.FULL, hasty)) {
            long before = descriptors();
            for (int i = 0; i < CROWD; i++) {
                crowd.add(server.connect());
                if (i % 100 == 99) {
                    server.assertServes();
                }
            }
            // Ours are in this process too; those that wait in the backlog have no descriptor at the server.
            await().untilAsserted(() ->
                    assertThat(descriptors() - before - CROWD).isLessThanOrEqualTo(Limits.USUAL.clients() + 2L));
            assertThat(crowd.get(0).next())
                    .as("the longest silent one has given way")
                    .isEmpty();
            server.assertServes();
            assertThat(server.warnings).isEmpty();
        } finally {
            crowd.forEach(RawClient::close);
        }
    }

    @Test
    void oneThatIsBeingAnsweredDoesNotGiveWayToOnesThatSayNothing() {
        List<RawClient> crowd = new ArrayList<>();
        try (RunningServer server = new RunningServer()) {
            AtomicInteger looks = new AtomicInteger();
            server.steering = (request, asker) ->
                    () -> looks.incrementAndGet() < 1000 && crowd.size() < 3 * Limits.USUAL.clients()
                            ? List.of()
                            : List.of(Answer.done(Map.of("looks", looks.get())));
            try (RawClient client = server.connect().ask(new Request.Reload(true))) {
                await().until(() -> looks.get() > 0);
                for (int i = 0; i < 3 * Limits.USUAL.clients(); i++) {
                    crowd.add(server.connect());
                }
                assertThat(client.next().orElseThrow().kind()).isEqualTo(Answer.Kind.DONE);
            }
        } finally {
            crowd.forEach(RawClient::close);
        }
    }

    @Test
    void clientsThatDoNotReadAreBoundedInBytes() {
        Greed greed = new Greed();
        List<RawClient> clients = new ArrayList<>();
        try (RunningServer server = new RunningServer(Access.FULL, RunningServer.patient(Duration.ofMinutes(5)))) {
            server.steering = greed;
            for (int i = 0; i < 40; i++) {
                clients.add(server.connect().ask(new Request.Events(0, true)));
            }
            await().until(() -> server.asked.size() == 40 && greed.made.get() > 1);
            try (RawClient one = server.connect().ask(new Request.Events(0, true))) {
                await().until(() -> server.asked.size() == 41);
            }
            await().until(() -> greed.over.get() > 0);
            // Of a mebibyte each; the first of them is in part with the kernel.
            assertThat(greed.made.get()).isLessThanOrEqualTo(3);
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void clientsThatDoNotReadAreBoundedInTime() {
        Greed greed = new Greed();
        try (RunningServer server = new RunningServer(Access.FULL, RunningServer.patient(Duration.ofSeconds(1)))) {
            Steering usual = server.steering;
            server.steering = greed;
            try (RawClient greedy = server.connect().ask(new Request.Events(0, true))) {
                await().until(() -> greed.over.get() == 1);
                server.steering = usual;
                server.assertServes();
                assertThat(greedy.drain()).as("what the kernel had").isLessThan(2 << 20);
            }
        }
    }

    /** Answers as fast as it is asked to. */
    private static final class Greed implements Steering {
        private static final String MUCH = "x".repeat(1 << 20);

        final AtomicInteger made = new AtomicInteger();
        final AtomicInteger over = new AtomicInteger();

        @Override
        public Course begin(Request request, Peer asker) {
            return new Course() {
                @Override
                public List<Answer> look() {
                    made.incrementAndGet();
                    return List.of(Answer.progress(MUCH));
                }

                @Override
                public void over() {
                    over.incrementAndGet();
                }
            };
        }
    }

    @Test
    void aFollowerThatReadsGetsAllOfALongStream() {
        int pieces = 300;
        try (RunningServer server = new RunningServer()) {
            AtomicInteger next = new AtomicInteger();
            server.steering = (request, asker) -> () -> {
                List<Answer> answers = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    int number = next.getAndIncrement();
                    answers.add(
                            number < pieces
                                    ? Answer.progress(number + "x".repeat(20_000))
                                    : Answer.done(Map.of("pieces", pieces)));
                }
                return answers;
            };
            List<Answer.Received> all = server.ask(new Request.Events(0, true));
            assertThat(all).hasSize(pieces + 1);
            for (int i = 0; i < pieces; i++) {
                assertThat(all.get(i).line()).startsWith(i + "x");
            }
        }
    }

    @Test
    void malformedMessagesAreRefusedAndNothingElse() throws IOException {
        Random random = new Random(20261201);
        try (RunningServer server = new RunningServer()) {
            server.assertServes();
            long before = descriptors();
            int refused = 0;
            for (int i = 0; i < MALFORMED; i++) {
                try (RawClient client = server.connect().send(malformed(random))) {
                    Optional<Answer.Received> answer = client.next();
                    assertThat(answer).isPresent();
                    assertThat(answer.get().kind()).isEqualTo(Answer.Kind.REFUSED);
                    assertThat(answer.get().line()).startsWith("bad request: ").hasSizeLessThan(300);
                    refused++;
                }
                if (i % 1000 == 0) {
                    server.assertServes();
                }
            }
            assertThat(refused).isEqualTo(MALFORMED);
            assertThat(server.asked).as("none was understood").containsOnly(new Request.Status());
            assertThat(server.warnings).isEmpty();
            await().untilAsserted(() -> assertThat(descriptors()).isLessThanOrEqualTo(before + 2));
        }
    }

    /** Whole frames that mean nothing, and lengths that none has. */
    private static byte[] malformed(Random random) {
        String valid = new Request.Kill(random.nextInt(100), random.nextBoolean()).text();
        return switch (random.nextInt(8)) {
            case 0 -> randomBytes(random, 1 + random.nextInt(4096));
            case 1 -> Frame.of(valid.substring(0, 1 + random.nextInt(valid.length() - 1)));
            case 2 -> Frame.of(valid.replace("kill", "k" + random.nextInt()));
            case 3 -> Frame.of(valid.replaceFirst("\\{", "{\"extra" + random.nextInt(9) + "\":0,"));
            case 4 -> Frame.of(valid.replaceFirst("\"version\":1", "\"version\":" + (2 + random.nextInt(1 << 20))));
            case 5 -> Frame.of("[".repeat(1 + random.nextInt(4000)));
            case 6 ->
                ByteBuffer.allocate(4)
                        .putInt(random.nextBoolean() ? 0 : 4097 + random.nextInt(1 << 30))
                        .array();
            default -> Frame.of(valid.replaceFirst("\"slot\":\\d+", "\"slot\":\"" + random.nextInt() + "\""));
        };
    }

    private static byte[] randomBytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        byte[] start = "x".repeat(1).getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(4 + length + 1)
                .putInt(length + 1)
                .put(start)
                .put(bytes)
                .array();
    }
}
