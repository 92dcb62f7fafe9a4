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

/** Another number of workers that a client has asked for. For the control socket's thread. */
final class ScaleCourse implements Course {
    private final Master master;
    private final LoopReplies replies;
    private final Request.Scale asked;
    private final String why;
    private final int from;
    private final int wanted;
    private final LoopTurn turn;
    private boolean begun;
    private int ready = -1;

    private ScaleCourse(Master master, LoopReplies replies, Request.Scale asked, String why, int from) {
        this.master = master;
        this.replies = replies;
        this.asked = asked;
        this.why = why;
        this.from = from;
        this.wanted =
                (int) Math.min(Integer.MAX_VALUE, asked.relative() ? (long) from + asked.workers() : asked.workers());
        this.turn = LoopTurn.after(master.commands());
    }

    static Course begin(Master master, LoopReplies replies, Request.Scale asked, String why) {
        replies.forget(why);
        int from = master.snapshot().desired();
        if (asked.relative()) {
            master.commands().scaleBy(asked.workers(), why);
        } else {
            master.commands().scaleTo(asked.workers(), why);
        }
        return new ScaleCourse(master, replies, asked, why, from);
    }

    @Override
    public List<Answer> look() {
        Snapshot snapshot = master.snapshot();
        if (snapshot.stopping()) {
            return List.of(Answer.refused("not scaling, a stop has begun"));
        }
        if (turn.isOverdue()) {
            return List.of(Answer.unanswered("the master's loop does not answer"));
        }
        if (!turn.isOver()) {
            return List.of();
        }
        // Of after that turn.
        snapshot = master.snapshot();
        int to = snapshot.desired();
        if (!begun && to != wanted) {
            return List.of(Answer.refused(
                    replies.refusal(why).orElse(wanted + " workers are not possible") + "; there are to be " + to));
        }
        if (!asked.waits()) {
            return List.of(done(from == to ? "there are " + to + " already" : "scaling from " + from + " to " + to));
        }
        return await(snapshot, to);
    }

    private List<Answer> await(Snapshot snapshot, int to) {
        begun = true;
        if (to != wanted) {
            return List.of(Answer.refused("another number was asked for meanwhile: " + to));
        }
        if (snapshot.ready() == to && snapshot.count(WorkerState.STOPPING) == 0) {
            return List.of(done(to + (to == 1 ? " worker is ready" : " workers are ready")));
        }
        if (snapshot.ready() == ready) {
            return List.of();
        }
        ready = snapshot.ready();
        return List.of(Answer.progress(ready + " of " + to + " ready"));
    }

    private Answer done(String line) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("line", line);
        members.put("from", from);
        members.put("to", wanted);
        return Answer.done(members);
    }
}
