package dev.prefork.app;

import dev.prefork.control.Answer;
import dev.prefork.control.Course;
import dev.prefork.control.Request;
import dev.prefork.control.Steering;
import dev.prefork.log.Entry;
import dev.prefork.log.EventName;
import dev.prefork.log.Key;
import dev.prefork.log.Level;
import dev.prefork.log.RecentEntries;
import dev.prefork.master.Commands;
import dev.prefork.master.Master;
import dev.prefork.os.Peer;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.WorkerState;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Does what clients of the control socket and of the management interface ask for: by the snapshot, or by a message to the loop, whose
 * turn is waited for. Who has asked is a part of the line that the loop writes about what it does.
 *
 * <p>Threading: any thread, which is not kept waiting.
 *
 * @param looks what there is to see
 * @param replies hears what the loop reports
 */
record MasterActions(Master master, Looks looks, Reloading reloading, Shares shares, LoopReplies replies)
        implements Steering, Actions {
    private static final String STOPPING = "the pod is stopping";

    /**
     * What there is to see.
     *
     * @param status the state as JSON
     * @param recent the last lines of the log
     */
    record Looks(Supplier<byte[]> status, RecentEntries recent) {}

    /**
     * How a reload is asked for, which reads files on a thread of its own.
     *
     * @param reading is given the reason
     */
    record Reloading(Reload reload, Consumer<String> reading) {}

    @Override
    public Course begin(Request request, String asker) {
        if (request instanceof Request.Stop stop
                && !stop.now()
                && master.snapshot().stopping()) {
            // A client, or a proxy before it, may repeat what it has got no answer to. By the signal it would kill the
            // workers.
            return Course.of(Answer.refused(STOPPING + " already; with now its workers are killed"));
        }
        return steer(request, asker);
    }

    @Override
    public Course begin(Request request, Peer asker) {
        return steer(request, asker.toString());
    }

    private Course steer(Request request, String asker) {
        String why = "asked by " + asker;
        Commands commands = master.commands();
        if (request instanceof Request.Status) {
            return Course.of(
                    new Answer(Answer.Kind.DONE, new String(looks.status().get(), StandardCharsets.UTF_8)));
        }
        if (request instanceof Request.Events asked) {
            return new EventsCourse(looks.recent(), asked);
        }
        if (master.snapshot().stopping() && replaces(request)) {
            return Course.of(Answer.refused(STOPPING));
        }
        if (request instanceof Request.Reload asked) {
            Course course = new ReloadCourse(master, reloading.reload(), replies, asked.waits());
            reloading.reading().accept(why);
            return course;
        }
        if (request instanceof Request.Scale asked) {
            return ScaleCourse.begin(master, replies, asked, why);
        }
        if (request instanceof Request.Stop asked) {
            String line = master.snapshot().stopping()
                    ? STOPPING + " already: asked again, so its workers are killed, unless it was within a second"
                    : "the master is stopping";
            commands.stop(why, !asked.now());
            return told(() -> Answer.done(Map.of("line", line)));
        }
        if (request instanceof Request.Kill asked) {
            return worker(asked.slot(), asked.now(), worker -> kill(worker, asked.now(), why));
        }
        if (request instanceof Request.Dump asked) {
            return worker(asked.slot(), false, worker -> dump(worker, asked.signal(), why));
        }
        return Course.of(Answer.refused("this master cannot do that"));
    }

    /** What a stop leaves no room for. */
    private static boolean replaces(Request request) {
        return request instanceof Request.Reload
                || request instanceof Request.Scale
                || request instanceof Request.Kill kill && !kill.now();
    }

    private Course kill(Snapshot.Worker worker, boolean now, String why) {
        if (now) {
            master.commands().kill(worker.pid().getAsInt(), why);
            return told(() -> about(worker, "was sent SIGKILL"));
        }
        master.commands().recycle(worker.pid().getAsInt(), why);
        return told(() -> about(
                worker,
                "is to be replaced"
                        + WaitsFor.replacement(master.snapshot(), worker.slot())
                                .map(first -> ", after " + first)
                                .orElse("")));
    }

    private Course dump(Snapshot.Worker worker, OptionalInt signal, String why) {
        if (!shares.dumpsThreads()) {
            return Course.of(Answer.refused(
                    name(worker) + " does not run on a JVM that this master has started: SIGQUIT might end it"));
        }
        if (signal.isEmpty()) {
            return Course.of(about(worker, "runs on a JVM"));
        }
        if (signal.getAsInt() != worker.pid().getAsInt()) {
            return Course.of(
                    Answer.refused("pid " + signal.getAsInt() + " has been replaced meanwhile, by " + name(worker)));
        }
        Console.log(Entry.ofWorker(
                        worker.slot(),
                        worker.pid().getAsInt(),
                        Level.INFO,
                        EventName.WORKER_DUMP,
                        "is to write a thread dump: " + why)
                .with(Key.WHY, why));
        master.commands().dump(worker.pid().getAsInt());
        return told(() -> about(worker, "was sent SIGQUIT"));
    }

    /** The one in the slot that serves, or will; {@code any} if there is none such, one on its way out. While it is replaced there are two. */
    private Course worker(int slot, boolean any, Function<Snapshot.Worker, Course> then) {
        Snapshot snapshot = master.snapshot();
        return snapshot.workers().stream()
                .filter(worker -> worker.slot() == slot && worker.pid().isPresent() && (any || !worker.draining()))
                .min(Comparator.comparing(Snapshot.Worker::draining).thenComparing(MasterActions::isStarting))
                .map(then)
                .orElseGet(() -> Course.of(Answer.refused(missing(slot, snapshot))));
    }

    private static boolean isStarting(Snapshot.Worker worker) {
        return worker.state().equals(Optional.of(WorkerState.STARTING));
    }

    private static String missing(int slot, Snapshot snapshot) {
        if (snapshot.stopping()) {
            return STOPPING;
        }
        List<Snapshot.Worker> all = snapshot.workers();
        boolean known = all.stream().anyMatch(worker -> worker.slot() == slot);
        IntSummaryStatistics slots =
                all.stream().mapToInt(Snapshot.Worker::slot).summaryStatistics();
        return known
                ? "worker " + slot + " does not run at the moment"
                : "there is no worker " + slot + "; they are " + slots.getMin() + " to " + slots.getMax();
    }

    private static Answer about(Snapshot.Worker worker, String what) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("line", name(worker) + " " + what);
        members.put("slot", worker.slot());
        members.put("pid", worker.pid().getAsInt());
        return Answer.done(members);
    }

    private static String name(Snapshot.Worker worker) {
        return "worker " + worker.slot() + " (pid " + worker.pid().getAsInt() + ")";
    }

    /** The answer once the loop has been told. */
    private Course told(Supplier<Answer> answer) {
        LoopTurn turn = LoopTurn.after(master.commands());
        return () -> turn.isOver()
                ? List.of(answer.get())
                : turn.isOverdue() ? List.of(Answer.unanswered("the master's loop does not answer")) : List.of();
    }
}
