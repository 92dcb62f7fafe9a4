package dev.prefork.master;

import java.util.OptionalLong;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * What a master looks at beside its workers. Immutable.
 *
 * @param mode what it is to the rest of its process
 * @param acceptQueues where its workers' connections come from
 * @param oomKills how many processes the kernel has OOM-killed here so far; empty where it does not say
 * @param lastLook is given the pid of each worker that has ended, while it is not reaped; on the master's thread
 */
public record MasterContext(
        MasterMode mode, AcceptQueues acceptQueues, Supplier<OptionalLong> oomKills, IntConsumer lastLook) {

    /** In another program, where nothing but the workers and their connections is looked at. */
    public static MasterContext library(AcceptQueues acceptQueues) {
        return new MasterContext(MasterMode.LIBRARY, acceptQueues, OptionalLong::empty, pid -> {});
    }
}
