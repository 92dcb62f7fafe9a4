package dev.prefork.app;

import dev.prefork.control.Answer;
import dev.prefork.control.Course;
import dev.prefork.control.Request;
import dev.prefork.master.Master;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.WorkerState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Another number of workers that a client has asked for. It answers by what the loop made of this very request, because others may
 * change the number at the same time. For the control socket's thread.
 */
final class ScaleCourse implements Course {
    private final Master master;
    private final LoopReplies replies;
    private final Request.Scale asked;
    private final long request;
    private final LoopTurn turn;
    private Optional<LoopReplies.ScaleEnd> carriedOut = Optional.empty();
    private String said = "";

    private ScaleCourse(Master master, LoopReplies replies, Request.Scale asked, long request) {
        this.master = master;
        this.replies = replies;
        this.asked = asked;
        this.request = request;
        this.turn = LoopTurn.after(master.commands());
    }

    static Course begin(Master master, LoopReplies replies, Request.Scale asked, String why) {
        long request = asked.relative()
                ? master.commands().requestChange(asked.workers(), why)
                : master.commands().requestWorkers(asked.workers(), why);
        return new ScaleCourse(master, replies, asked, request);
    }

    @Override
    public List<Answer> look() {
        Snapshot snapshot = master.snapshot();
        if (snapshot.stopping()) {
            return List.of(Answer.refused("the pod is stopping"));
        }
        if (turn.isOverdue()) {
            return List.of(Answer.unanswered("the master's loop does not answer"));
        }
        if (!turn.isOver()) {
            return List.of();
        }
        // Of after that turn.
        snapshot = master.snapshot();
        if (carriedOut.isEmpty()) {
            carriedOut =
                    replies.scale(request).or(() -> already(master.snapshot().desired()));
        }
        if (carriedOut.isEmpty()) {
            return List.of(Answer.unanswered("what has come of it is no longer known"));
        }
        LoopReplies.ScaleEnd end = carriedOut.get();
        if (end.refusal().isPresent()) {
            return List.of(Answer.refused(end.refusal().get() + "; there are to be " + snapshot.desired()));
        }
        if (end.from() != end.to() && !asked.waits()) {
            return List.of(done("scaling from " + end.from() + " to " + end.to(), end.from(), end.to()));
        }
        return await(snapshot, end);
    }

    /** The loop says nothing about a number that is the present one. A change has an answer, unless too many others came after it. */
    private Optional<LoopReplies.ScaleEnd> already(int now) {
        int wanted = asked.relative() ? now : asked.workers();
        return asked.relative() && asked.workers() != 0
                ? Optional.empty()
                : Optional.of(new LoopReplies.ScaleEnd(Optional.empty(), wanted, wanted));
    }

    private List<Answer> await(Snapshot snapshot, LoopReplies.ScaleEnd end) {
        int to = snapshot.desired();
        if (!holds(to, end.to())) {
            return List.of(Answer.refused("another number was asked for meanwhile: " + to));
        }
        if (!asked.waits()) {
            return List.of(done("there are " + to + " already", to, to));
        }
        if (snapshot.ready() == to && snapshot.count(WorkerState.STOPPING) == 0) {
            return List.of(done(to + (to == 1 ? " worker is ready" : " workers are ready"), end.from(), to));
        }
        String line = snapshot.ready() + " of " + to + " ready"
                + WaitsFor.workers(snapshot).map(delay -> "; " + delay).orElse("");
        if (line.equals(said)) {
            return List.of();
        }
        said = line;
        return List.of(Answer.progress(line));
    }

    /** One more and one more are two more: the client that asked for the first has got it. */
    private boolean holds(int now, int then) {
        return now == then || (asked.relative() && (asked.workers() > 0 ? now > then : now < then));
    }

    private static Answer done(String line, int from, int to) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("line", line);
        members.put("from", from);
        members.put("to", to);
        return Answer.done(members);
    }
}
