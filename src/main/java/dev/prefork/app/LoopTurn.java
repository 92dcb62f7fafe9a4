package dev.prefork.app;

import dev.prefork.master.Commands;
import java.time.Duration;

/** Tells when the master's loop has done all that it was asked for before. Any thread may ask. */
final class LoopTurn {
    /** Longer than any turn that ends well. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final long since = System.nanoTime();
    private volatile boolean over;

    private LoopTurn() {}

    /** Begins now: after what is to be waited for was asked for. */
    static LoopTurn after(Commands commands) {
        LoopTurn turn = new LoopTurn();
        commands.afterwards(() -> turn.over = true);
        return turn;
    }

    boolean isOver() {
        return over;
    }

    /** Whether it is not to be waited for any longer. */
    boolean isOverdue() {
        return !over && System.nanoTime() - since > PATIENCE.toNanos();
    }
}
