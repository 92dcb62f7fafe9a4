package dev.prefork.app;

import dev.prefork.control.Answer;
import dev.prefork.control.Course;
import dev.prefork.master.Master;
import dev.prefork.supervise.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A reload that a client has asked for, from the reading of the settings to its end. For the control socket's thread. */
final class ReloadCourse implements Course {
    /** A reading that takes longer waits for a file that does not answer. */
    private static final Duration READING = Duration.ofSeconds(60);

    private final Master master;
    private final Reload reload;
    private final LoopReplies replies;
    private final boolean waits;
    private final long since = System.nanoTime();
    private final long before;
    private Optional<LoopTurn> turn = Optional.empty();
    private int version;
    private boolean told;
    private int begun = -1;

    /** Made before the reading is asked for. */
    ReloadCourse(Master master, Reload reload, LoopReplies replies, boolean waits) {
        this.master = master;
        this.reload = reload;
        this.replies = replies;
        this.waits = waits;
        this.before = reload.readings();
    }

    @Override
    public List<Answer> look() {
        return turn.isEmpty() ? read() : begin();
    }

    private List<Answer> read() {
        Reload.Result result = reload.last();
        if (result.reading() <= before && master.snapshot().stopping()) {
            return List.of(Answer.refused("the pod is stopping"));
        }
        if (result.reading() <= before) {
            return System.nanoTime() - since > READING.toNanos()
                    ? List.of(Answer.unanswered("the settings are still being read after " + READING.toSeconds()
                            + " s; does a file that they name not answer?"))
                    : List.of();
        }
        if (result.version().isEmpty()) {
            return List.of(Answer.refused("not reloading: " + result.refusal().orElse("the workers stay as they are")));
        }
        version = result.version().getAsInt();
        turn = Optional.of(LoopTurn.after(master.commands()));
        return List.of();
    }

    private List<Answer> begin() {
        if (turn.get().isOverdue()) {
            return List.of(Answer.unanswered("the master's loop does not answer"));
        }
        if (!turn.get().isOver()) {
            return List.of();
        }
        Snapshot snapshot = master.snapshot();
        Snapshot.Rollout rollout = snapshot.rollout();
        Optional<LoopReplies.RolloutEnd> end = replies.end(version);
        if (end.isPresent() && waits) {
            return List.of(
                    end.get().completed()
                            ? done("version " + version + ": " + end.get().text())
                            : Answer.refused(
                                    "version " + version + ": " + end.get().text()));
        }
        if (end.isEmpty() && snapshot.stopping()) {
            return List.of(Answer.refused("version " + version + ": the pod is stopping"));
        }
        if (!waits) {
            return List.of(done("version " + version + " begins to replace " + rollout.of()
                    + (rollout.of() == 1 ? " worker" : " workers")));
        }
        return progress(rollout);
    }

    private List<Answer> progress(Snapshot.Rollout rollout) {
        if (!told) {
            told = true;
            begun = rollout.begun();
            return List.of(Answer.progress("version " + version + " begins to replace " + rollout.of()
                    + (rollout.of() == 1 ? " worker" : " workers")));
        }
        if (rollout.version() != version || rollout.begun() == begun) {
            return List.of();
        }
        begun = rollout.begun();
        return List.of(Answer.progress(
                "version " + version + ": " + begun + " of " + rollout.of() + " replaced, or being replaced"));
    }

    private Answer done(String line) {
        return Answer.done(Map.of("line", line, "version", version));
    }
}
