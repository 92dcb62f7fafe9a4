package dev.prefork.app;

import dev.prefork.master.Master;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.WorkerState;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/**
 * Asks a master as its signals do. What has to be refused is refused here; the rest is the supervisor's. Immutable; any thread.
 *
 * @param reload reads the settings anew
 * @param clamp the nearest number of workers that is allowed
 */
record MasterActions(Master master, Consumer<String> reload, IntUnaryOperator clamp) implements Actions {
    private static final String STOPPING = "the pod is stopping";

    @Override
    public Outcome reload(String asker) {
        if (master.snapshot().stopping()) {
            return Outcome.refused(STOPPING);
        }
        reload.accept("reload asked for by " + asker);
        return Outcome.begun("the settings are read again, and all workers are replaced, the new ones first");
    }

    @Override
    public Outcome scale(int workers, String asker) {
        Snapshot now = master.snapshot();
        if (now.stopping()) {
            return Outcome.refused(STOPPING);
        }
        int allowed = clamp.applyAsInt(workers);
        if (allowed != workers) {
            return Outcome.refused(workers + " workers are not allowed here; the nearest number is " + allowed);
        }
        master.commands().requestWorkers(workers, "scale asked for by " + asker);
        return Outcome.begun("from " + now.desired() + " to " + workers + (workers == 1 ? " worker" : " workers"));
    }

    @Override
    public Outcome stop(String asker) {
        if (master.snapshot().stopping()) {
            return Outcome.refused(STOPPING);
        }
        master.commands().stop("stop asked for by " + asker, true);
        return Outcome.begun("the pod drains and stops");
    }

    @Override
    public Outcome kill(int slot, String asker) {
        Snapshot now = master.snapshot();
        if (now.stopping()) {
            return Outcome.refused(STOPPING);
        }
        Optional<Snapshot.Worker> ready = now.workers().stream()
                .filter(worker -> worker.slot() == slot && worker.state().equals(Optional.of(WorkerState.READY)))
                .findFirst();
        if (ready.isEmpty()) {
            return Outcome.refused("no worker is ready in slot " + slot + ", so none can be replaced");
        }
        int pid = ready.get().pid().orElseThrow();
        master.commands().recycle(pid, "replacement asked for by " + asker);
        return Outcome.begun("worker " + slot + " (pid " + pid + ") is replaced, the new one first");
    }
}
