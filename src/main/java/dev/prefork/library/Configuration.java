package dev.prefork.library;

import dev.prefork.listen.ListenOptions;
import dev.prefork.log.Log;
import dev.prefork.supervise.Policy;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;

/** All that a program has configured, and the defaults of what it has not. Immutable. */
public record Configuration(ListenOptions listening, Policy policy, Hooks hooks, Children children, Log log) {

    /** What the program is called for in the master, on the master's thread, in the order in which things happen. */
    public record Hooks(
            Call<SocketAddress> onListening,
            Call<Integer> onChildSpawn,
            Call<List<Integer>> onMasterReady,
            Call<List<Integer>> onWorkersReady,
            Call<Recovered> onChildRecover) {}

    /** A child that has taken the place of one that ended. */
    public record Recovered(int oldPid, int newPid) {}

    /**
     * How children are started and what they do by themselves.
     *
     * @param name of the listener, by which a child finds the call that it was started for; empty for the only one
     * @param announced whether the program says when a child is ready; else a child is ready when it begins to serve
     * @param onMasterDeath run in a child when its master is gone, on a thread of its own
     */
    public record Children(
            ChildCommand.Producer producer, Optional<String> name, boolean announced, Runnable onMasterDeath) {}

    /** Code of the program, which may throw anything. */
    @FunctionalInterface
    public interface Call<T> {
        void with(T what) throws Exception;
    }
}
