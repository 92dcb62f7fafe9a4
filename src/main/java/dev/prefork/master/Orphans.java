package dev.prefork.master;

import dev.prefork.handoff.Variables;
import dev.prefork.procfs.Children;
import dev.prefork.supervise.Adopted;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Finds the processes that workers left behind: children of this process that are neither workers nor its own, and that
 * were not there before it, such as what a shell had started that then became this process. Where there were such, their
 * orphans come here as well, so then the environment must say that a worker of ours was the ancestor.
 *
 * <p>Threading: the thread that reaps.
 */
final class Orphans {
    private final Path proc;
    private final IntPredicate own;
    private final String mark;
    private final Set<Integer> before;

    /**
     * To be made before the first worker is started.
     *
     * @param self this process
     * @param own what is not to be found
     */
    Orphans(Path proc, int self, IntPredicate own) {
        this.proc = proc;
        this.own = own;
        this.mark = Variables.MASTER_PID + "=" + self;
        this.before = Set.copyOf(
                Children.living(proc).stream().filter(pid -> !own.test(pid)).toList());
    }

    List<Adopted> living() {
        return Children.living(proc).stream()
                .filter(pid -> !own.test(pid) && !before.contains(pid))
                .filter(pid -> before.isEmpty() || Children.startedWith(proc, pid, mark))
                .map(pid -> new Adopted(pid, Children.name(proc, pid)))
                .toList();
    }
}
