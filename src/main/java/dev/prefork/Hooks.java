package dev.prefork;

import java.net.SocketAddress;
import java.util.List;

/**
 * What a program may be called for in the master. Every hook does nothing unless it is set.
 *
 * <p>Threading: every hook is called on the thread that called {@code listenAndServe}, one at a time, in the order in
 * which things happen. While a hook runs, supervision pauses: it must not block, and it must not call back into
 * {@link Prefork}. What a hook throws stops all children and is thrown on as {@link HookFailedException}.
 */
public final class Hooks {
    private Hooks() {}

    /** Called with the address that is really bound, before the first child is started: with port 0 it is news. */
    @FunctionalInterface
    public interface Listening {
        /** Threading: as for {@link Hooks}. */
        void onListening(SocketAddress address) throws Exception;
    }

    /** Called for every child that was started, initially or in the place of another. */
    @FunctionalInterface
    public interface ChildSpawn {
        /** Threading: as for {@link Hooks}. */
        void onChildSpawn(int pid) throws Exception;
    }

    /** Called once, with the pids of the initial children. */
    @FunctionalInterface
    public interface Children {
        /** Threading: as for {@link Hooks}. The list is the hook's to keep and cannot be changed. */
        void onChildren(List<Integer> pids) throws Exception;
    }

    /** Called after the spawn hook, when a child has taken the place of one that ended. */
    @FunctionalInterface
    public interface ChildRecover {
        /** Threading: as for {@link Hooks}. */
        void onChildRecover(int oldPid, int newPid) throws Exception;
    }
}
