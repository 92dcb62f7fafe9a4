package dev.prefork.app;

import dev.prefork.listen.StallMeter.Stall;
import dev.prefork.master.Master;
import dev.prefork.procfs.ProcessTree;
import dev.prefork.supervise.Event;
import dev.prefork.supervise.Snapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Tells a master where connections wait, with what its workers have done so far: nothing while none wait, since to look at
 * workers takes reading a file of each process there is.
 *
 * <p>Threading: one thread, that of the {@link StallWatch}.
 */
final class StallReports implements Consumer<List<Stall>> {
    private final Master master;
    private final ProcessTree processes = new ProcessTree(Path.of("/proc"));
    private boolean waiting;

    StallReports(Master master) {
        this.master = master;
    }

    @Override
    public void accept(List<Stall> stalls) {
        if (waiting || !stalls.isEmpty()) {
            Set<Integer> workers = master.snapshot().workers().stream()
                    .map(Snapshot.Worker::pid)
                    .flatMapToInt(pid -> pid.stream())
                    .boxed()
                    .collect(Collectors.toSet());
            List<Event.Stall> told = stalls.stream()
                    .map(stall -> new Event.Stall(stall.listener(), stall.slot(), stall.waiting(), stall.nanos()))
                    .toList();
            master.stallsMeasured(new Event.StallsMeasured(told, processes.userNanos(workers)));
        }
        waiting = !stalls.isEmpty();
    }
}
