package dev.prefork.master;

import dev.prefork.log.Log;
import dev.prefork.supervise.ReportListener;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * What a master works with beside its workers. Immutable.
 *
 * @param mode what it is to the rest of its process
 * @param acceptQueues where its workers' connections come from
 * @param postmortem what is looked at when a worker has ended
 * @param log where its lines go
 * @param listeners who hears what happens, in this order, after it is logged
 */
public record MasterContext(
        MasterMode mode, AcceptQueues acceptQueues, Postmortem postmortem, Log log, List<ReportListener> listeners) {

    public MasterContext {
        listeners = List.copyOf(listeners);
    }

    /**
     * What is looked at when a worker has ended.
     *
     * @param oomKills how many processes the kernel has OOM-killed here so far; empty where it does not say
     * @param lastLook is given the pid of each worker that has ended, while it is not reaped; on the master's thread
     */
    public record Postmortem(Supplier<OptionalLong> oomKills, IntConsumer lastLook) {
        public static final Postmortem NONE = new Postmortem(OptionalLong::empty, pid -> {});
    }
}
