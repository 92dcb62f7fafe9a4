package dev.prefork.procfs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where a process comes from, to tell which worker it belongs to. Stateless. */
public final class Lineage {
    /** Of ancestors; pids that were given anew while they were read could make a circle. */
    private static final int MOST = 64;

    private static final int PID_1 = 1;

    private Lineage() {}

    /**
     * The process, its group and session, its parent, the parent's group and session, and so on up to {@code end} or PID 1, which
     * are left out. Empty when it is gone, or /proc does not show it; see hidepid in proc(5).
     */
    public static List<Integer> of(Path proc, int pid, int end) {
        List<Integer> lineage = new ArrayList<>();
        int ancestor = pid;
        for (int i = 0; i < MOST && ancestor > PID_1 && ancestor != end; i++) {
            Optional<ProcessStat> stat = ProcessStat.of(proc.resolve(Integer.toString(ancestor)));
            if (stat.isEmpty()) {
                break;
            }
            lineage.add(ancestor);
            lineage.add(stat.get().kin().group());
            lineage.add(stat.get().kin().session());
            ancestor = stat.get().kin().parent();
        }
        return lineage;
    }
}
