package dev.prefork.supervise;

import dev.prefork.os.Signal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The last part of a stop, when no group of a worker is left: ends the processes that left those groups, as daemons do.
 * They are asked, then killed, each once. What one of them leaves behind is adopted in turn and found by the next look.
 */
final class Leftovers {
    /** Nothing tells when such a process is adopted, so it is looked for. */
    static final Duration PAUSE = Duration.ofMillis(20);

    /** From the TERM to the KILL, if the stop has that much time left. */
    static final Duration GRACE = Duration.ofSeconds(2);

    /** For what is killed after a worker was abandoned. */
    static final Duration LAST_PATIENCE = Duration.ofSeconds(1);

    private final Stop stop;
    private final Set<Integer> abandonedWorkers = new HashSet<>();
    private final Set<Integer> asked = new HashSet<>();
    private final Set<Integer> killed = new HashSet<>();
    private final ArrayDeque<Action> todo = new ArrayDeque<>();
    private boolean began;
    private boolean looking;
    private boolean over;
    private long lookAt;
    private long killAt = Long.MAX_VALUE;
    private OptionalLong firstKillAt = OptionalLong.empty();

    Leftovers(Stop stop) {
        this.stop = stop;
    }

    /** A worker that even SIGKILL did not end is still a child, and had its time. */
    void leaveOut(int worker) {
        abandonedWorkers.add(worker);
    }

    Optional<Action> next(long now) {
        if (!todo.isEmpty()) {
            return Optional.of(todo.removeFirst());
        }
        if (over || looking || began && now - lookAt < 0) {
            return Optional.empty();
        }
        began = true;
        looking = true;
        return Optional.of(new Action.FindAdopted());
    }

    /** Takes note of what was found, and returns what is not waited for any longer. */
    List<Adopted> found(List<Adopted> all, long now) {
        List<Adopted> found = all.stream()
                .filter(process -> !abandonedWorkers.contains(process.pid()))
                .toList();
        looking = false;
        lookAt = now + PAUSE.toNanos();
        if (killAt == Long.MAX_VALUE) {
            killAt = Math.min(now + GRACE.toNanos(), Math.max(now, stop.deadline()));
        }
        boolean kill = now - killAt >= 0;
        if (kill && firstKillAt.isEmpty()) {
            // The time for all of it may have been over before any of them was found.
            firstKillAt = OptionalLong.of(now);
        }
        for (Adopted process : found) {
            if ((kill ? killed : asked).add(process.pid())) {
                todo.add(new Action.SignalAdopted(process, kill ? Signal.KILL : Signal.TERM));
            }
        }
        over = found.isEmpty()
                || kill && now - firstKillAt.getAsLong() >= patience().toNanos();
        return over ? found : List.of();
    }

    /** A stop that has waited in vain for one killed process has no more time for others: it must say so before it is killed itself. */
    private Duration patience() {
        return abandonedWorkers.isEmpty() ? Termination.KILL_PATIENCE : LAST_PATIENCE;
    }

    /** No more time for any of them. */
    void hurry(long now) {
        if (now - killAt < 0) {
            killAt = now;
            lookAt = now;
        }
    }

    boolean isOver() {
        return over && todo.isEmpty();
    }

    /** When something is due by itself; {@link Long#MAX_VALUE} for never. */
    long remaining(long now) {
        return began && !looking && !over ? lookAt - now : Long.MAX_VALUE;
    }
}
