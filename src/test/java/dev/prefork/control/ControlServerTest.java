package dev.prefork.control;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.LeakCheck;
import dev.prefork.os.Posix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControlServerTest {
    private final LeakCheck leaks = new LeakCheck();

    @AfterEach
    void nothingIsLeft() {
        leaks.assertNothingLeft();
    }

    @Test
    void aRequestIsAnsweredAndTheConnectionClosed() {
        try (RunningServer server = new RunningServer()) {
            List<Answer.Received> answers = server.ask(new Request.Kill(3, true));
            assertThat(answers).containsExactly(new Answer.Received(Answer.Kind.DONE, Map.of("word", "kill")));
            assertThat(server.asked).containsExactly(new Request.Kill(3, true));
            assertThat(server.warnings).isEmpty();
        }
    }

    @Test
    void steeringIsToldWhoAsks() {
        try (RunningServer server = new RunningServer()) {
            server.steering = (request, asker) -> Course.of(Answer.refused(asker.toString()));
            assertThat(server.ask(new Request.Status()).get(0).line())
                    .isEqualTo("pid " + server.posix.getpid() + ", uid " + server.posix.geteuid());
        }
    }

    @Test
    void whereOnlyLookingIsAllowedNothingChanges() {
        try (RunningServer server = new RunningServer(Access.READ, Limits.USUAL)) {
            server.assertServes();
            Answer.Received refused = server.ask(new Request.Stop(true)).get(0);
            assertThat(refused.kind()).isEqualTo(Answer.Kind.REFUSED);
            assertThat(refused.line()).isEqualTo("--control read allows status alone");
            assertThat(server.asked).containsExactly(new Request.Status());
        }
    }

    @Test
    void whatTakesItsTimeIsToldAsItGoesOn() {
        try (RunningServer server = new RunningServer()) {
            Queue<Answer> news = new ConcurrentLinkedQueue<>(List.of(Answer.progress("one"), Answer.progress("two")));
            server.steering = (request, asker) -> () -> news.isEmpty() ? List.of() : List.of(news.remove());
            try (RawClient client = server.connect().ask(new Request.Reload(true))) {
                assertThat(client.next().orElseThrow().line()).isEqualTo("one");
                assertThat(client.next().orElseThrow().line()).isEqualTo("two");
                news.add(Answer.refused("three"));
                assertThat(client.next().orElseThrow().kind()).isEqualTo(Answer.Kind.REFUSED);
                assertThat(client.next()).isEmpty();
            }
        }
    }

    @Test
    void aCourseWithoutNewsShowsSignsOfLife() {
        try (RunningServer server = new RunningServer(Access.FULL, RunningServer.patient(Duration.ofMillis(200)))) {
            server.steering = (request, asker) -> List::of;
            try (RawClient client = server.connect().ask(new Request.Reload(true))) {
                for (int i = 0; i < 3; i++) {
                    assertThat(client.next()).contains(new Answer.Received(Answer.Kind.PROGRESS, null));
                }
            }
        }
    }

    @Test
    void aClientThatGoesEndsItsCourse() {
        try (RunningServer server = new RunningServer()) {
            AtomicBoolean over = new AtomicBoolean();
            server.steering = (request, asker) -> new Course() {
                @Override
                public List<Answer> look() {
                    return List.of();
                }

                @Override
                public void over() {
                    over.set(true);
                }
            };
            server.connect().ask(new Request.Reload(true)).close();
            await().untilTrue(over);
        }
    }

    @Test
    void aSecondRequestOnAConnectionIsRefused() {
        try (RunningServer server = new RunningServer()) {
            server.steering = (request, asker) -> List::of;
            try (RawClient client = server.connect().ask(new Request.Reload(true))) {
                await().until(() -> server.asked.size() == 1);
                client.ask(new Request.Stop(true));
                assertThat(client.next().orElseThrow().line()).isEqualTo("a connection carries one request");
                assertThat(client.next()).isEmpty();
            }
            assertThat(server.asked).containsExactly(new Request.Reload(true));
        }
    }

    @Test
    void anExceptionFailsOneRequestAlone() {
        try (RunningServer server = new RunningServer()) {
            Steering usual = server.steering;
            server.steering = (request, asker) -> {
                throw new IllegalStateException("at its begin");
            };
            assertThat(server.ask(new Request.Status()).get(0).line()).contains("at its begin");
            server.steering = (request, asker) -> () -> {
                throw new IllegalStateException("at a look");
            };
            assertThat(server.ask(new Request.Status()).get(0).line()).contains("at a look");
            server.steering = usual;
            server.assertServes();
        }
    }

    @Test
    void anAnswerThatIsTooLongIsRefused() {
        try (RunningServer server = new RunningServer()) {
            String much = "x".repeat(Limits.LONGEST_ANSWER);
            server.steering = (request, asker) -> Course.of(Answer.progress(much));
            assertThat(server.ask(new Request.Status()).get(0).line()).contains("would be longer than 4194304 bytes");
            server.steering = (request, asker) -> Course.of(Answer.refused(much.substring(1000)));
            assertThat(server.ask(new Request.Status()).get(0).line()).isEqualTo(much.substring(1000));
        }
    }

    @Test
    void itIsFoundByItsNameAndTheNameIsFreeAfterwards() throws NoAnswerException {
        Posix posix = Posix.system();
        List<String> warnings = new ArrayList<>();
        Steering steering = (request, asker) -> Course.of(Answer.done(Map.of()));
        for (int i = 0; i < 3; i++) {
            try (ControlServer server = ControlServer.begin(posix, Access.FULL, steering, warnings::add)
                    .orElseThrow()) {
                ControlAddress self = ControlAddress.of(java.nio.file.Path.of("/proc"), posix.getpid())
                        .orElseThrow();
                assertThat(ControlAddress.visible(java.nio.file.Path.of("/proc")))
                        .contains(self);
                assertThat(ControlServer.begin(posix, Access.FULL, steering, warnings::add))
                        .isEmpty();
                try (ControlClient client =
                        ControlClient.ask(posix, self, Duration.ofSeconds(60), new Request.Status())) {
                    assertThat(client.next().kind()).isEqualTo(Answer.Kind.DONE);
                }
                assertThat(server).isNotNull();
            }
        }
        assertThat(warnings).hasSize(3).allSatisfy(line -> assertThat(line)
                .startsWith(
                        "no control socket, so status, reload, scale, stop, kill and dump find no master here: unix://@")
                .contains("the name is taken"));
    }

    @Test
    void switchedOffThereIsNone() {
        assertThat(ControlServer.begin(Posix.system(), Access.OFF, (request, asker) -> List::of, line -> {}))
                .isEmpty();
    }

    @Test
    void closingEndsConversations() {
        AtomicInteger looks = new AtomicInteger();
        try (RunningServer server = new RunningServer()) {
            server.steering = (request, asker) -> () -> {
                looks.incrementAndGet();
                return List.of();
            };
            try (RawClient client = server.connect().ask(new Request.Reload(true));
                    RawClient silent = server.connect()) {
                await().until(() -> looks.get() > 0);
                server.close();
                assertThat(client.next()).isEmpty();
                assertThat(silent.next()).isEmpty();
            }
        }
    }
}
