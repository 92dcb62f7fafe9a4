package dev.prefork.master;

import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * What binds one worker to its master, in the master's hands until the worker has its own copies.
 *
 * @param lifeline the lifeline's read end; the worker's own if there is a {@code last}, else shared and not closed here
 * @param last the read end that kills it
 * @param unbound told when the kernel refuses
 */
record Tether(Posix posix, int lifeline, OptionalInt last, Consumer<ErrnoException> unbound) implements AutoCloseable {

    /** Opens both for one worker. */
    static Tether open(Posix posix, int lifeline, int last, Consumer<ErrnoException> unbound) {
        int own = posix.reopenReadEnd(lifeline);
        try {
            return new Tether(posix, own, OptionalInt.of(posix.reopenReadEnd(last)), unbound);
        } catch (ErrnoException e) {
            posix.close(own);
            throw e;
        }
    }

    static Tether shared(Posix posix, int lifeline) {
        return new Tether(posix, lifeline, OptionalInt.empty(), refusal -> {});
    }

    /**
     * Binds the group of the worker that has just been started. Not earlier, since there was no group; a master that is killed
     * in between has a worker that outlives it.
     */
    void bind(int group) {
        if (last.isPresent()) {
            try {
                posix.signalGroupWhenReadable(lifeline, group, Signal.TERM);
                posix.signalGroupWhenReadable(last.getAsInt(), group, Signal.KILL);
            } catch (ErrnoException e) {
                unbound.accept(e);
            }
        }
    }

    @Override
    public void close() {
        if (last.isPresent()) {
            posix.close(lifeline);
            posix.close(last.getAsInt());
        }
    }
}
