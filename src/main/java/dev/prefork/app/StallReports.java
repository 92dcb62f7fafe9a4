package dev.prefork.app;

import dev.prefork.listen.QueueFigures;
import dev.prefork.listen.StallMeter.Stall;
import dev.prefork.master.Master;
import dev.prefork.procfs.AcceptWaits;
import dev.prefork.procfs.ProcessTree;
import dev.prefork.supervise.Event;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells a master where connections wait, with what its workers have done so far: nothing while none wait, since to look at
 * workers takes reading a file of each process there is. Leaves out workers that are seen to wait for connections on another
 * listener, whose queue is empty: they do not hang, they only do not serve the one where connections wait.
 *
 * <p>Threading: one thread, that of the {@link StallWatch}.
 */
final class StallReports implements Consumer<List<Stall>> {
    private final Supplier<Set<Integer>> workers;
    private final Consumer<Event.StallsMeasured> told;
    private final QueueFigures queues;
    private final AcceptWaits waits = new AcceptWaits(Path.of("/proc"));
    private final ProcessTree processes = new ProcessTree(Path.of("/proc"));
    private boolean waiting;

    StallReports(Supplier<Set<Integer>> workers, Consumer<Event.StallsMeasured> told, QueueFigures queues) {
        this.workers = workers;
        this.told = told;
        this.queues = queues;
    }

    static StallReports to(Master master, QueueFigures queues) {
        return new StallReports(() -> master.snapshot().pids(), master::stallsMeasured, queues);
    }

    @Override
    public void accept(List<Stall> stalls) {
        if (waiting || !stalls.isEmpty()) {
            Set<Integer> pids = workers.get();
            Map<Integer, Long> userNanos = new HashMap<>(processes.userNanos(pids));
            Set<Long> elsewhere = stalls.isEmpty() ? Set.of() : queues.inodesBeside(stalls);
            if (!elsewhere.isEmpty()) {
                userNanos.keySet().removeAll(waits.look(elsewhere, pids).waiting());
            }
            List<Event.Stall> found = stalls.stream()
                    .map(stall -> new Event.Stall(stall.listener(), stall.slot(), stall.waiting(), stall.nanos()))
                    .toList();
            told.accept(new Event.StallsMeasured(found, userNanos));
        }
        waiting = !stalls.isEmpty();
    }
}
