package dev.prefork.status;

import dev.prefork.supervise.Exit;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import dev.prefork.supervise.StartReason;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * What has become of the workers of each slot so far, which a snapshot does not tell: how many there were, how often one was
 * restarted, and how the last one exited.
 *
 * <p>Threading: reports come on the master's thread, any thread may ask.
 */
public final class SlotHistory implements ReportListener.Selective {
    private static final Slot NONE = new Slot(0, 0, Optional.empty());

    private final LongSupplier clock;
    private final Map<Integer, Slot> slots = new ConcurrentHashMap<>();

    /** By pid, of those that live. */
    private final Map<Integer, Integer> generations = new ConcurrentHashMap<>();

    /**
     * One slot. Immutable.
     *
     * @param starts how many processes there were in it, the one of now among them
     * @param restarts how many of them replaced one that had exited unexpectedly
     * @param lastExit empty if none has exited
     */
    record Slot(int starts, int restarts, Optional<LastExit> lastExit) {}

    /**
     * An exit.
     *
     * @param pid of the process
     * @param at when it was reaped, on the clock
     */
    record LastExit(int pid, Exit exit, long at) {}

    /** @param clock that of the snapshots, in nanoseconds */
    public SlotHistory(LongSupplier clock) {
        this.clock = clock;
    }

    @Override
    public void on(Report.WorkerStarted started) {
        Slot slot = slots.merge(started.slot(), new Slot(1, 0, Optional.empty()), (before, first) -> {
            int restarts = before.restarts + (isRestart(started, before) ? 1 : 0);
            return new Slot(before.starts + 1, restarts, before.lastExit);
        });
        generations.put(started.pid(), slot.starts);
    }

    /** One that a person has had killed is replaced in the same way, but nothing has failed. */
    private static boolean isRestart(Report.WorkerStarted started, Slot before) {
        boolean planned = before.lastExit.filter(last -> last.exit.planned()).isPresent();
        return started.reason() == StartReason.RECOVER && !planned;
    }

    @Override
    public void on(Report.WorkerExited exited) {
        LastExit exit = new LastExit(exited.pid(), exited.exit(), clock.getAsLong());
        slots.computeIfPresent(exited.slot(), (number, now) -> new Slot(now.starts, now.restarts, Optional.of(exit)));
        generations.remove(exited.pid());
    }

    Slot of(int slot) {
        return slots.getOrDefault(slot, NONE);
    }

    /** Which of its slot's processes this is, counted from 1. */
    OptionalInt generation(int pid) {
        Integer generation = generations.get(pid);
        return generation == null ? OptionalInt.empty() : OptionalInt.of(generation);
    }
}
