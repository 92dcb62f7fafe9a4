package dev.prefork.notify;

import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.procfs.Lineage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * Which process sent a message, as the kernel tells it and not as the message claims. Immutable.
 *
 * @param pid 0 if it has none in our pid namespace; see SCM_CREDENTIALS in unix(7)
 * @param family its session's number, its own, its process group's, its parent's and so on; empty if it was gone already or has no
 *     pid here
 */
public record Sender(int pid, List<Integer> family) {
    private static final Path PROC = Path.of("/proc");

    public Sender {
        family = List.copyOf(family);
    }

    /**
     * To be asked before the next message is read: a sender such as systemd-notify(1) lives only until all it sent has been
     * read, see sd_notify_barrier(3), and with {@code --no-block} not even that long.
     *
     * @param worker who probably sent it; then a single system call is enough
     */
    static Sender lookUp(Posix posix, int pid, int worker) {
        if (pid < 1) {
            return new Sender(pid, List.of());
        }
        List<Integer> family = new ArrayList<>();
        try {
            // First, for it cannot be chosen: setsid(2) makes a new one, and no call joins one.
            family.add(posix.sessionOf(pid));
            if (!family.contains(worker)) {
                family.addAll(List.of(pid, posix.groupOf(pid)));
                family.addAll(Lineage.of(PROC, pid, posix.getpid()));
            }
        } catch (ErrnoException gone) {
            return new Sender(pid, List.of());
        }
        return new Sender(pid, family);
    }

    /** Whether no process had this number any more, so that nothing more can be learnt about it. */
    public boolean isGone() {
        return !isOutside() && family.isEmpty();
    }

    /**
     * Whether it is in a pid namespace that is neither ours nor below it, such as another container of the pod, and so stems from no
     * worker; see setns(2): no process gets out of its pid namespace.
     */
    public boolean isOutside() {
        return pid < 1;
    }

    /** Whether it lives and cannot belong to this worker; false as long as that one has no pid. */
    boolean isForeignTo(int worker) {
        return worker > 0 && !isGone() && !family.contains(worker);
    }

    /** The worker that it belongs to: whose session it is in, else the nearest to it among itself, its group, its parent and so on. */
    public OptionalInt worker(IntPredicate isWorker) {
        return family.stream().mapToInt(Integer::intValue).filter(isWorker).findFirst();
    }
}
