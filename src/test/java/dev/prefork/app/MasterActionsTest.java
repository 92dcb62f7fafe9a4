package dev.prefork.app;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.prefork.LeakCheck;
import dev.prefork.control.Answer;
import dev.prefork.control.Course;
import dev.prefork.control.Request;
import dev.prefork.json.Json;
import dev.prefork.supervise.Snapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked for is done by a real loop, with real processes. */
class MasterActionsTest {
    private final LeakCheck leaks = new LeakCheck();

    @TempDir
    Path directory;

    @AfterEach
    void nothingIsLeft() {
        leaks.assertNothingLeft();
    }

    private SteeredMaster start(int workers, int most) throws Exception {
        return new SteeredMaster(directory, workers, most, "sleep", "600").awaitReady(workers);
    }

    private static Map<?, ?> done(Answer answer) {
        assertThat(answer.kind()).as(answer.body()).isEqualTo(Answer.Kind.DONE);
        return (Map<?, ?>) Json.read(answer.body());
    }

    private static String line(List<Answer> answers) {
        return (String) done(SteeredMaster.last(answers)).get("line");
    }

    private static String refusal(List<Answer> answers) {
        assertThat(SteeredMaster.last(answers).kind()).isEqualTo(Answer.Kind.REFUSED);
        return (String) Json.read(SteeredMaster.last(answers).body());
    }

    private static int pid(SteeredMaster steered, int slot) {
        return steered.master.snapshot().worker(slot).orElseThrow().pid().orElseThrow();
    }

    @Test
    void theStatusIsHandedOnAsItIs() throws Exception {
        try (SteeredMaster steered = start(1, 1)) {
            assertThat(steered.ask(new Request.Status()))
                    .containsExactly(new Answer(Answer.Kind.DONE, "{\"schema\":1}"));
        }
    }

    @Test
    void scalingSaysFromWhereToWhere() throws Exception {
        try (SteeredMaster steered = start(2, 5)) {
            Map<?, ?> up = done(steered.ask(new Request.Scale(2, true, false)).get(0));
            assertThat(up.get("line")).isEqualTo("scaling from 2 to 4");
            assertThat(up.get("from")).isEqualTo(2L);
            assertThat(up.get("to")).isEqualTo(4L);
            assertThat(steered.log).contains("scaling from 2 to 4 workers: asked by pid 4711, uid 1000");

            assertThat(line(steered.ask(new Request.Scale(4, false, false)))).isEqualTo("there are 4 already");
            assertThat(line(steered.ask(new Request.Scale(3, false, false)))).isEqualTo("scaling from 4 to 3");
        }
    }

    @Test
    void oneCanWaitUntilAllAreThereAndTheOthersGone() throws Exception {
        try (SteeredMaster steered = start(1, 5)) {
            assertThat(line(steered.ask(new Request.Scale(4, false, true)))).isEqualTo("4 workers are ready");
            assertThat(steered.master.snapshot().ready()).isEqualTo(4);
            assertThat(line(steered.ask(new Request.Scale(-3, true, true)))).isEqualTo("1 worker is ready");
            assertThat(steered.master.snapshot().pids()).hasSize(1);
        }
    }

    @Test
    void whatIsNotPossibleIsRefusedWithTheReason() throws Exception {
        try (SteeredMaster steered = start(2, 3)) {
            Set<Integer> before = Set.copyOf(steered.master.snapshot().pids());
            String most = "3 is the maximum number of workers; there are to be 2";
            String least = "1 is the minimum number of workers; there are to be 2";
            assertThat(refusal(steered.ask(new Request.Scale(9, false, false)))).isEqualTo(most);
            assertThat(refusal(steered.ask(new Request.Scale(2, true, false)))).isEqualTo(most);
            assertThat(refusal(steered.ask(new Request.Scale(Integer.MAX_VALUE, true, false))))
                    .isEqualTo(most);
            assertThat(refusal(steered.ask(new Request.Scale(-5, true, true)))).isEqualTo(least);
            assertThat(refusal(steered.ask(new Request.Scale(0, false, true)))).isEqualTo(least);

            assertThat(steered.master.snapshot().pids()).isEqualTo(before);
            assertThat(steered.master.snapshot().desired()).isEqualTo(2);
            assertThat(steered.log).noneMatch(line -> line.startsWith("scaling"));
        }
    }

    @Test
    void twoWhoAskForOneMoreAtOnceBothGetIt() throws Exception {
        try (SteeredMaster steered = start(2, 9)) {
            steered.hold();
            List<Course> courses = List.of(
                    steered.begin(new Request.Scale(1, true, false)),
                    steered.begin(new Request.Scale(1, true, false)),
                    steered.begin(new Request.Scale(1, true, true)),
                    steered.begin(new Request.Scale(1, true, true)),
                    steered.begin(new Request.Scale(9, true, false)),
                    steered.begin(new Request.Scale(0, true, false)),
                    steered.begin(new Request.Scale(6, false, false)));
            steered.release();
            assertThat(line(SteeredMaster.rest(courses.get(0)))).isEqualTo("scaling from 2 to 3");
            assertThat(line(SteeredMaster.rest(courses.get(1)))).isEqualTo("scaling from 3 to 4");
            assertThat(line(SteeredMaster.rest(courses.get(2)))).isEqualTo("6 workers are ready");
            assertThat(line(SteeredMaster.rest(courses.get(3)))).isEqualTo("6 workers are ready");
            assertThat(refusal(SteeredMaster.rest(courses.get(4))))
                    .isEqualTo("9 is the maximum number of workers; there are to be 6");
            assertThat(line(SteeredMaster.rest(courses.get(5)))).isEqualTo("there are 6 already");
            assertThat(line(SteeredMaster.rest(courses.get(6)))).isEqualTo("there are 6 already");
        }
    }

    @Test
    void anOutcomeThatIsNoLongerKeptIsNotGuessed() throws Exception {
        try (SteeredMaster steered = start(1, 2)) {
            steered.hold();
            Course course = steered.begin(new Request.Scale(1, true, false));
            for (int later = 0; later < 128; later++) {
                steered.master.commands().requestChange(1, "another");
            }
            LoopTurn others = LoopTurn.after(steered.master.commands());
            steered.release();
            await().until(others::isOver);
            assertThat(SteeredMaster.rest(course))
                    .containsExactly(Answer.unanswered("what has come of it is no longer known"));
        }
    }

    @Test
    void oneThatWaitsIsToldOfAnotherNumber() throws Exception {
        try (SteeredMaster steered = start(1, 50)) {
            Course course = steered.begin(new Request.Scale(50, false, true));
            steered.master.commands().scaleTo(2, "another");
            assertThat(SteeredMaster.last(SteeredMaster.rest(course)).kind()).isEqualTo(Answer.Kind.REFUSED);
        }
    }

    @Test
    void aReloadSaysWhichVersionBegins() throws Exception {
        try (SteeredMaster steered = start(2, 2)) {
            Map<?, ?> done = done(steered.ask(new Request.Reload(false)).get(0));
            assertThat(done.get("line")).isEqualTo("version 1 begins to replace 2 workers");
            assertThat(done.get("version")).isEqualTo(1L);
            assertThat(steered.log).contains("reloading 2 workers: asked by pid 4711, uid 1000");
        }
    }

    @Test
    void oneThatWaitsSeesHowFarItIsAndThatItIsCompleted() throws Exception {
        try (SteeredMaster steered = start(3, 3)) {
            List<Answer> answers = steered.ask(new Request.Reload(true));
            assertThat(answers.subList(0, answers.size() - 1)).allSatisfy(answer -> assertThat(answer.body())
                    .matches("\"version 1( begins to replace 3 workers|: [1-3] of 3 replaced, or being replaced)\""));
            assertThat(line(answers)).isEqualTo("version 1: 3 workers replaced");
            assertThat(line(steered.ask(new Request.Reload(true)))).isEqualTo("version 2: 3 workers replaced");
        }
    }

    @Test
    void orWhyItIsNot() throws Exception {
        try (SteeredMaster steered = start(2, 2)) {
            steered.broken = 1;
            assertThat(refusal(steered.ask(new Request.Reload(true))))
                    .isEqualTo("version 1: reload aborted, 2 of 2 workers stay as they were:"
                            + " worker 0 could not be started: no such table");
            steered.wrong = true;
            assertThat(refusal(steered.ask(new Request.Reload(true)))).isEqualTo("not reloading: a wrong setting");
            assertThat(steered.master.snapshot().ready()).isEqualTo(2);
        }
    }

    @Test
    void aWorkerIsReplacedTheNewOneFirst() throws Exception {
        try (SteeredMaster steered = start(2, 2)) {
            int before = pid(steered, 1);
            Map<?, ?> done = done(steered.ask(new Request.Kill(1, false)).get(0));
            assertThat(done.get("line")).isEqualTo("worker 1 (pid " + before + ") is to be replaced");
            assertThat(done.get("pid")).isEqualTo((long) before);
            await().until(() ->
                    pid(steered, 1) != before && steered.master.snapshot().ready() == 2);
            assertThat(steered.master.snapshot().recovery().exits()).isZero();
        }
    }

    @Test
    void orKilledAtOnce() throws Exception {
        try (SteeredMaster steered = start(2, 2)) {
            int before = pid(steered, 0);
            assertThat(line(steered.ask(new Request.Kill(0, true))))
                    .isEqualTo("worker 0 (pid " + before + ") was sent SIGKILL");
            await().until(() -> {
                Snapshot.Worker now = steered.master.snapshot().worker(0).orElseThrow();
                return now.pid().isPresent()
                        && now.pid().getAsInt() != before
                        && steered.master.snapshot().ready() == 2;
            });
            assertThat(steered.master.snapshot().recovery().exits()).isZero();
            assertThat(steered.log)
                    .contains("worker 0 (pid " + before + ") stopping: asked by pid 4711, uid 1000")
                    .noneMatch(line -> line.contains("unexpectedly"));
            await().until(() -> steered.log.stream()
                    .anyMatch(line -> line.startsWith("worker 0 (pid " + before + ") stopped after ")
                            && line.endsWith("(killed as asked)")));
        }
    }

    @Test
    void theManagementInterfaceHasTheSameAnswersAndTheLogSaysWhoHasAsked() throws Exception {
        try (SteeredMaster steered = start(2, 4)) {
            String asker = "10.0.0.1 over the management interface";
            assertThat(done(first(steered.requests.begin(new Request.Scale(1, true, false), asker)))
                            .get("line"))
                    .isEqualTo("scaling from 2 to 3");
            assertThat(steered.log).contains("scaling from 2 to 3 workers: asked by " + asker);
            assertThat(List.of(first(steered.requests.begin(new Request.Scale(9, false, false), asker))))
                    .isEqualTo(steered.ask(new Request.Scale(9, false, false)));
            assertThat(List.of(first(steered.requests.begin(new Request.Kill(7, false), asker))))
                    .isEqualTo(steered.ask(new Request.Kill(7, false)));
            assertThat(done(first(steered.requests.begin(new Request.Reload(false), asker)))
                            .get("line"))
                    .isEqualTo("version 1 begins to replace 3 workers");
            assertThat(done(first(steered.requests.begin(new Request.Stop(true), asker)))
                            .get("line"))
                    .isEqualTo("the master is stopping");
            assertThat(steered.log).anyMatch(line -> line.endsWith(" workers: asked by " + asker));
        }
    }

    @Test
    void aSlotThatIsNotThereIsSaidNotToBe() throws Exception {
        try (SteeredMaster steered = start(2, 2)) {
            for (Request request : List.of(
                    new Request.Kill(2, false),
                    new Request.Kill(2, true),
                    new Request.Kill(-1, false),
                    new Request.Dump(99, OptionalInt.empty()))) {
                assertThat(refusal(steered.ask(request))).matches("there is no worker -?\\d+; they are 0 to 1");
            }
        }
    }

    @Test
    void aCommandThatIsNotAJvmIsNotSentSigquit() throws Exception {
        try (SteeredMaster steered = start(1, 1)) {
            int pid = pid(steered, 0);
            for (OptionalInt signal : List.of(OptionalInt.empty(), OptionalInt.of(pid))) {
                assertThat(refusal(steered.ask(new Request.Dump(0, signal))))
                        .isEqualTo("worker 0 (pid " + pid
                                + ") does not run on a JVM that this master has started: SIGQUIT might end it");
            }
            steered.ask(new Request.Scale(1, false, false));
            assertThat(pid(steered, 0)).isEqualTo(pid);
        }
    }

    @Test
    void aJvmIsNamedAndSentSigquitIfThatIsWanted() throws Exception {
        try (SteeredMaster steered = new SteeredMaster(directory, 1, 1, "java", "-jar", "app.jar").awaitReady(1)) {
            int pid = pid(steered, 0);
            assertThat(line(steered.ask(new Request.Dump(0, OptionalInt.empty()))))
                    .isEqualTo("worker 0 (pid " + pid + ") runs on a JVM");
            assertThat(pid(steered, 0)).isEqualTo(pid);
            assertThat(refusal(steered.ask(new Request.Dump(0, OptionalInt.of(pid + 1)))))
                    .isEqualTo("pid " + (pid + 1) + " has been replaced meanwhile, by worker 0 (pid " + pid + ")");
            // What runs here is sleep, in truth, which dies of it: so it is seen that the signal came.
            assertThat(line(steered.ask(new Request.Dump(0, OptionalInt.of(pid)))))
                    .isEqualTo("worker 0 (pid " + pid + ") was sent SIGQUIT");
            await().until(() -> steered.log.stream().anyMatch(line -> line.contains("killed by SIGQUIT")));
        }
    }

    @Test
    void aStopIsBegunAndSaysWhoHasAsked() throws Exception {
        try (SteeredMaster steered = start(2, 2)) {
            assertThat(line(steered.ask(new Request.Stop(false)))).isEqualTo("the master is stopping");
            assertThat(steered.log).contains("stopping 2 workers: asked by pid 4711, uid 1000");
            assertThat(refusal(steered.ask(new Request.Scale(1, false, false)))).isEqualTo("the pod is stopping");
            assertThat(refusal(steered.ask(new Request.Kill(1, false)))).isEqualTo("the pod is stopping");
            assertThat(refusal(steered.ask(new Request.Reload(false)))).isEqualTo("the pod is stopping");
        }
    }

    @Test
    void aStopThatIsRepeatedOverHttpKillsNoWorker() throws Exception {
        try (SteeredMaster steered = start(2, 2)) {
            steered.ask(new Request.Stop(false));
            assertThat(List.of(first(steered.requests.begin(new Request.Stop(false), "127.0.0.1"))))
                    .extracting(Answer::kind, Answer::line)
                    .containsExactly(
                            tuple(Answer.Kind.REFUSED, "the pod is stopping already; with now its workers are killed"));
        }
    }

    @Test
    void nothingWaitsForALoopThatIsBusyButTheCourse() throws Exception {
        try (SteeredMaster steered = start(1, 5)) {
            steered.hold();
            List<Course> courses = List.of(
                    steered.begin(new Request.Scale(2, false, false)),
                    steered.begin(new Request.Kill(0, false)),
                    steered.begin(new Request.Reload(false)));
            for (Course course : courses) {
                assertThat(course.look()).isEmpty();
            }
            assertThat(steered.ask(new Request.Status())).hasSize(1);
            steered.release();
            for (Course course : courses) {
                assertThat(SteeredMaster.last(SteeredMaster.rest(course)).kind())
                        .isEqualTo(Answer.Kind.DONE);
            }
        }
    }

    /** What a client of the management interface is told. */
    private static Answer first(Course course) {
        return SteeredMaster.rest(course).get(0);
    }
}
