package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/**
 * The life of ten thousand workers, and of a tenth of them: no step may cost more for there being more slots. Time proves
 * nothing on a busy machine, so it is counted how often slots are looked at.
 */
class ScaleRunTest {
    private static final int MANY = 10_000;
    private static final int FEW = 1_000;

    /** What a change of a slot costs: it is sorted by what it is now, some ten questions, a few times over. */
    private static final int MOST_LOOKS_OF_ONE = 400;

    private static final long CHEAP = Duration.ofMillis(10).toNanos();
    private static final WaitStatus KILLED = new WaitStatus.Signaled(Signal.KILL.number(), false);
    private static final WaitStatus TERMINATED = new WaitStatus.Exited(143);

    /** A run, which does for each step what the master does: all that the supervisor wants, and a look at the state. */
    private static final class Run {
        final int workers;
        final Bench bench;
        final Map<String, Long> looks = new LinkedHashMap<>();
        private final IntConsumer eachStep;

        /**
         * @param replacing how workers are replaced
         * @param eachStep is done at each step as well
         */
        Run(int workers, Policy.Replacing replacing, IntConsumer eachStep) {
            this.workers = workers;
            this.eachStep = eachStep;
            bench = new Bench(policy(workers, replacing));
            bench.answerStarts(CHEAP, true);
        }

        private void step(Event event) {
            bench.tell(event);
            bench.supervisor.timeLeft(bench.now);
            bench.supervisor.snapshotWait(bench.now);
            bench.snapshot();
            eachStep.accept(bench.spawnedSlots.size());
        }

        private void phase(String name, Runnable phase) {
            long before = bench.supervisor.looks();
            phase.run();
            looks.put(name, (bench.supervisor.looks() - before) / workers);
        }

        /** The pids of all workers, in the order of their slots. */
        private List<Integer> pids() {
            return bench.snapshot().workers().stream()
                    .flatMap(worker -> worker.pid().stream().boxed())
                    .toList();
        }

        private void ready() {
            while (bench.snapshot().count(WorkerState.STARTING) > 0) {
                for (Snapshot.Worker worker : bench.snapshot().workers()) {
                    if (worker.state().equals(Optional.of(WorkerState.STARTING))) {
                        step(new Event.ReadyNotified(worker.pid().orElseThrow()));
                    }
                }
            }
        }

        private void end(List<Integer> pids, WaitStatus status) {
            for (int pid : pids) {
                bench.end(pid, status);
                step(new Event.GroupGone(pid));
            }
        }

        private void reload() {
            step(new Event.ReloadAsked(1, "test"));
            while (bench.snapshot().rollout().active()) {
                for (Snapshot.Worker worker : bench.snapshot().workers()) {
                    if (worker.state().equals(Optional.of(WorkerState.STARTING))) {
                        step(new Event.ReadyNotified(worker.pid().orElseThrow()));
                    } else if (worker.state().equals(Optional.of(WorkerState.STOPPING))) {
                        end(List.of(worker.pid().orElseThrow()), TERMINATED);
                    }
                }
            }
        }

        private void askForReplacement(List<Integer> pids) {
            pids.forEach(pid -> step(new Event.RecycleAsked(pid, "test")));
        }

        /** All are due at once, and are replaced one after the other. */
        private void recycle() {
            List<Integer> old = pids();
            askForReplacement(old);
            for (int pid : old) {
                if (bench.snapshot().count(WorkerState.STARTING) > 0) {
                    step(new Event.ReadyNotified(bench.lastPid()));
                    end(List.of(pid), TERMINATED);
                } else {
                    end(List.of(pid), TERMINATED);
                    step(new Event.ReadyNotified(bench.lastPid()));
                }
            }
        }

        private Run perform() {
            phase("start", () -> {
                bench.run();
                ready();
            });
            assertThat(bench.snapshot().ready()).isEqualTo(workers);
            phase("heartbeats", () -> pids().forEach(pid -> step(new Event.WatchdogNotified(pid))));
            phase("states", () -> pids().forEach(pid -> step(new Event.StatusNotified(pid, "serving"))));
            phase("mass death", () -> end(pids(), KILLED));
            phase("ready again", this::ready);
            assertThat(bench.spawnedSlots).hasSize(2 * workers);
            phase("end of the rows of failures", () -> {
                bench.pass(Duration.ofSeconds(31));
                step(new Event.QueueMeasured(0));
            });
            phase("scale down", () -> {
                // One is kept that is not due, and the others are on their way out.
                askForReplacement(pids().subList(1, workers));
                step(new Event.ScaleSet(1, "test"));
                end(pids().stream().filter(pid -> pid != pids().get(0)).toList(), TERMINATED);
            });
            assertThat(bench.snapshot().workers()).hasSize(1);
            phase("scale up", () -> {
                step(new Event.ScaleSet(workers, "test"));
                ready();
            });
            assertThat(bench.snapshot().ready()).isEqualTo(workers);
            phase("recycling", this::recycle);
            assertThat(bench.snapshot().ready()).isEqualTo(workers);
            phase("reload", this::reload);
            assertThat(bench.reports(Report.RolloutCompleted.class)).hasSize(1);
            phase("stop", () -> {
                step(new Event.StopAsked("test", false));
                end(pids(), TERMINATED);
            });
            assertThat(bench.finished).contains(Outcome.STOPPED);
            return this;
        }
    }

    private static Policy.Replacing replacing(int surge, int unavailable) {
        return new Policy.Replacing(surge, unavailable, Duration.ZERO, Optional.empty(), Duration.ZERO);
    }

    private static Policy policy(int workers, Policy.Replacing replacing) {
        Policy policy = Bench.withThreshold(Bench.policy(workers), Integer.MAX_VALUE, Duration.ofSeconds(60));
        Policy few = Bench.withAtOnce(policy, 2);
        return new Policy(
                new Policy.Workers(workers, 1, workers, replacing),
                few.recovery(),
                few.starting(),
                few.stopping(),
                few.watchdog());
    }

    @Test
    void noStepCostsMoreForThereBeingMoreSlots() {
        compare(new Run(FEW, replacing(1, 0), spawned -> {}), new Run(MANY, replacing(1, 0), spawned -> {}));
    }

    @Test
    void norForManyOfThemBeingReplacedAtATime() {
        compare(
                new Run(FEW, replacing(FEW / 4, 0), spawned -> {}),
                new Run(MANY, replacing(MANY / 4, 0), spawned -> {}));
        compare(
                new Run(FEW, replacing(0, FEW / 4), spawned -> {}),
                new Run(MANY, replacing(0, MANY / 4), spawned -> {}));
    }

    private static void compare(Run few, Run many) {
        few.perform();
        assertThat(many.perform().looks).allSatisfy((phase, looks) -> {
            assertThat(looks).as("looks for each slot: " + phase).isLessThanOrEqualTo(MOST_LOOKS_OF_ONE);
            assertThat(looks)
                    .as("looks for each of ten thousand slots, as for a thousand: " + phase)
                    .isLessThanOrEqualTo(few.looks.get(phase) + few.looks.get(phase) / 10 + 1);
        });
    }

    /** The counter has to notice what it is for: a master that, at each step, asks for all workers. */
    @Test
    void aWalkOverAllSlotsAtEachStepIsNoticed() {
        Run[] run = new Run[1];
        run[0] = new Run(FEW, replacing(1, 0), spawned -> run[0].bench.supervisor.workerPids());
        run[0].perform();

        assertThat(run[0].looks.get("mass death")).isGreaterThan(MOST_LOOKS_OF_ONE);
        assertThat(run[0].looks.get("stop")).isGreaterThan(MOST_LOOKS_OF_ONE);
    }
}
