package dev.prefork.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.LeakCheck;
import dev.prefork.config.UsageException;
import dev.prefork.control.Access;
import dev.prefork.control.Answer;
import dev.prefork.control.ControlServer;
import dev.prefork.control.Course;
import dev.prefork.control.Request;
import dev.prefork.control.Steering;
import dev.prefork.os.Posix;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The verbs, against a real socket of this process that says what a test wants. */
class ControlVerbTest {
    private static final String SELF = Long.toString(ProcessHandle.current().pid());

    private final LeakCheck leaks = new LeakCheck();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Queue<Request> asked = new ConcurrentLinkedQueue<>();
    private volatile Steering steering = (request, asker) -> Course.of(Answer.done(Map.of("line", request.word())));
    private ControlServer server;

    @BeforeEach
    void open() {
        List<String> warnings = new ArrayList<>();
        server = ControlServer.begin(
                        Posix.system(),
                        Access.FULL,
                        (request, asker) -> {
                            asked.add(request);
                            return steering.begin(request, asker);
                        },
                        warnings::add)
                .orElseThrow(() -> new AssertionError(warnings));
    }

    @AfterEach
    void nothingIsLeft() {
        server.close();
        leaks.assertNothingLeft();
    }

    private int run(String line) {
        List<String> words = new ArrayList<>(List.of(line.split(" ")));
        words.addAll(List.of("--pid", SELF));
        Arguments parsed = Arguments.parse(words.toArray(String[]::new));
        return new ControlVerb(parsed.verb(), parsed.own(), new PrintStream(out, true)).run(new PrintStream(err, true));
    }

    /** These answers, at as many looks. */
    private void answers(Answer... all) {
        steering = (request, asker) -> {
            Deque<Answer> left = new ArrayDeque<>(List.of(all));
            return () -> left.isEmpty() ? List.of() : List.of(left.remove());
        };
    }

    static Map<String, Request> requests() {
        return Map.ofEntries(
                Map.entry("reload", new Request.Reload(false)),
                Map.entry("reload --wait", new Request.Reload(true)),
                Map.entry("scale 4", new Request.Scale(4, false, false)),
                Map.entry("scale +2 --wait", new Request.Scale(2, true, true)),
                Map.entry("scale -1", new Request.Scale(-1, true, false)),
                Map.entry("stop", new Request.Stop(false)),
                Map.entry("stop --now", new Request.Stop(true)),
                Map.entry("kill 3", new Request.Kill(3, false)),
                Map.entry("kill 3 --now", new Request.Kill(3, true)));
    }

    @Test
    void eachAsksForWhatItIsNamedAfter() {
        requests().forEach((line, request) -> {
            out.reset();
            asked.clear();
            assertThat(run(line)).as(line).isEqualTo(ControlCall.DONE);
            assertThat(asked).as(line).containsExactly(request);
            assertThat(out.toString()).isEqualTo(request.word() + "\n");
            assertThat(err.toString()).isEmpty();
        });
    }

    @Test
    void progressIsShownAsItComes() {
        answers(
                Answer.progress("1 of 2"),
                new Answer(Answer.Kind.PROGRESS, "null"),
                Answer.progress("2 of 2"),
                Answer.done(Map.of("line", "all of it")));
        assertThat(run("reload --wait")).isZero();
        assertThat(out.toString()).isEqualTo("1 of 2\n2 of 2\nall of it\n");
    }

    @ParameterizedTest
    @CsvSource({"reload --wait", "scale 3 --wait"})
    void waitsNoLongerThanItIsTold(String line) {
        answers(Answer.progress("1 of 2"));
        assertThat(run(line + " --timeout 300ms")).isEqualTo(ControlCall.REFUSED);
        assertThat(out.toString()).isEqualTo("1 of 2\n");
        assertThat(err.toString())
                .isEqualTo(
                        "prefork: not done within --timeout 300ms; the master goes on with it: see prefork status\n");
    }

    @Test
    void noTimeIsLostWhereTheAnswerComesFirst() {
        answers(Answer.progress("1 of 2"), Answer.done(Map.of("line", "all of it")));
        assertThat(run("reload --wait --timeout 2m")).isZero();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void waitsForTheEndOfAMasterNoLongerThanItIsTold() {
        assertThat(run("stop --wait --timeout=300ms")).isEqualTo(ControlCall.REFUSED);
        assertThat(err.toString()).contains("not done within --timeout 300ms");
    }

    @ParameterizedTest
    @CsvSource({"refused, 1", "unanswered, 3"})
    void whatIsNotDoneHasItsReasonAndItsCode(String kind, int code) {
        answers(
                Answer.progress("on its way"),
                kind.equals("refused") ? Answer.refused("no such table") : Answer.unanswered("no such table"));
        assertThat(run("reload --wait")).isEqualTo(code);
        assertThat(out.toString()).isEqualTo("on its way\n");
        assertThat(err.toString()).isEqualTo("prefork: no such table\n");
    }

    @Test
    void whatAWorkerHasSaidMovesNoCursor() {
        answers(Answer.progress("a\u001b[2Jb"), Answer.refused("c\nprefork: d"));
        assertThat(run("reload --wait")).isEqualTo(ControlCall.REFUSED);
        assertThat(out.toString()).isEqualTo("a?[2Jb\n");
        assertThat(err.toString()).isEqualTo("prefork: c?prefork: d\n");
    }

    @Test
    void theStatusIsATableOrTheDocumentItself() {
        answers(new Answer(Answer.Kind.DONE, "{\"schema\":1,\"state\":\"serving\",\"slots\":[]}"));
        assertThat(run("status -o json")).isZero();
        assertThat(out.toString()).isEqualTo("{\"schema\":1,\"state\":\"serving\",\"slots\":[]}\n");
        out.reset();
        answers(new Answer(Answer.Kind.DONE, "{\"schema\":1,\"state\":\"serving\",\"slots\":[]}"));
        assertThat(run("status")).isZero();
        assertThat(out.toString()).contains(": serving", "SLOT");
    }

    @Test
    void aFollowerIsShownTheStatusFirstAndNoEventIsBetween() {
        steering = (request, asker) -> {
            if (request instanceof Request.Status) {
                return Course.of(new Answer(Answer.Kind.DONE, "{\"state\":\"serving\"}"));
            }
            Deque<Answer> left = new ArrayDeque<>(List.of(
                    Answer.progress(Map.of("events", List.of(), "last", 5)),
                    Answer.progress(Map.of(
                            "events",
                            List.of(Map.of("time", "now", "level", "WARN", "message", "it rains")),
                            "last",
                            6)),
                    Answer.refused("enough")));
            return () -> left.isEmpty() ? List.of() : List.of(left.remove());
        };
        assertThat(run("status --follow")).isEqualTo(ControlCall.REFUSED);
        assertThat(asked).containsExactly(new Request.Events(-1, true), new Request.Status());
        assertThat(out.toString()).startsWith("prefork ").endsWith("\nnow WARN it rains\n");
    }

    @Test
    void aDumpThatCannotBeFetchedIsWrittenByTheWorker() throws Exception {
        Process sleeping = new ProcessBuilder("sleep", "600").start();
        try {
            steering = (request, asker) -> Course.of(Answer.done(Map.of(
                    "line",
                    ((Request.Dump) request).signal().isPresent()
                            ? "worker 1 was sent SIGQUIT"
                            : "worker 1 runs on a JVM",
                    "pid",
                    sleeping.pid())));
            assertThat(run("dump 1")).isZero();
            assertThat(asked)
                    .containsExactly(new Request.Dump(1, OptionalInt.empty()), new Request.Dump(1, OptionalInt.of((int)
                            sleeping.pid())));
            assertThat(out.toString()).isEmpty();
            assertThat(err.toString())
                    .isEqualTo(
                            "prefork: the dump cannot be fetched (it does not run on HotSpot); worker 1 was sent SIGQUIT:"
                                    + " the dump is in its output, kubectl logs in a pod\n");
        } finally {
            sleeping.destroyForcibly().waitFor();
        }
    }

    @Test
    void oneThatIsRefusedGetsNoSignal() {
        answers(Answer.refused("worker 1 is not a JVM"));
        assertThat(run("dump 1")).isEqualTo(ControlCall.REFUSED);
        assertThat(asked).containsExactly(new Request.Dump(1, OptionalInt.empty()));
        assertThat(err.toString()).isEqualTo("prefork: worker 1 is not a JVM\n");
    }

    @Test
    void whereThereIsNoMasterTheCodeSaysSo() {
        server.close();
        assertThat(run("status")).isEqualTo(ControlCall.NO_ANSWER);
        assertThat(err.toString()).startsWith("prefork: pid " + SELF + " has no control socket: ");
    }

    @Test
    void aMasterThatGoesAwayMeanwhileHasNotAnswered() {
        steering = (request, asker) -> () -> {
            // From the socket's own thread, so that it ends in the middle of a conversation.
            new Thread(server::close).start();
            return List.of();
        };
        assertThat(run("reload --wait")).isEqualTo(ControlCall.NO_ANSWER);
        assertThat(err.toString()).contains("before it had answered");
    }

    @Test
    void severalAreListed() {
        // This one is visible; perhaps others are too.
        try {
            ControlCall call = ControlCall.to(java.util.Optional.empty());
            assertThat(call.address().pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(call.isRunning()).isTrue();
        } catch (UsageException several) {
            assertThat(several).hasMessageContaining(SELF + " (");
        }
        assertThatThrownBy(() -> ControlCall.to(java.util.Optional.of((long) Integer.MAX_VALUE)))
                .isInstanceOfSatisfying(ControlCall.NotDoneException.class, e -> assertThat(e.exitCode())
                        .isEqualTo(ControlCall.NO_ANSWER))
                .hasMessage("there is no process 2147483647 here");
    }
}
