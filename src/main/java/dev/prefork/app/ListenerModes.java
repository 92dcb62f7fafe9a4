package dev.prefork.app;

import dev.prefork.config.Options;
import dev.prefork.listen.Listener;
import dev.prefork.log.EventName;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Notices when a worker has changed whether accept blocks on a listener, and says so once for each.
 *
 * <p>O_NONBLOCK belongs to the open file description, which all workers and the master share: see "File status flags" in
 * open(2). It is not set back: a worker that changed it relies on it, and all others run the same program. An accept loop
 * that expects to block ends or spins when it does not, and an event loop that expects not to hangs when it does.
 *
 * <p>Threading: any thread. A look costs one fcntl(2) for each listener.
 */
final class ListenerModes implements ReportListener.Selective {
    private final Posix posix;
    private final List<Listener> listeners;
    private final Set<String> blocking;
    private final Set<Listener> said = new HashSet<>();

    /** @param blocking the names of those that were asked to block */
    ListenerModes(Posix posix, List<Listener> listeners, List<String> blocking) {
        this.posix = posix;
        this.listeners = listeners;
        this.blocking = Set.copyOf(blocking);
    }

    @Override
    public void on(Report.WorkerReady ready) {
        look();
    }

    @Override
    public void on(Report.WorkerExited exited) {
        look();
    }

    synchronized void look() {
        for (Listener listener : listeners) {
            boolean toBlock = blocking.contains(listener.name());
            if (!said.contains(listener)
                    && listener.descriptors().stream().anyMatch(fd -> isNonBlocking(fd, !toBlock) == toBlock)) {
                said.add(listener);
                Console.warn(
                        EventName.LISTENER_WARNING,
                        toBlock ? noLongerBlocks(listener.name()) : blocks(listener.name()));
            }
        }
    }

    /** The names of those it has spoken of. */
    synchronized List<String> said() {
        return said.stream().map(Listener::name).toList();
    }

    private static String blocks(String name) {
        return "listener " + name + " was made blocking by a worker, for all workers: an event loop may hang in accept;"
                + " if the command has a bare accept loop, set " + Options.BLOCKING_LISTENER.word() + " " + name
                + ", else make it leave O_NONBLOCK alone";
    }

    private static String noLongerBlocks(String name) {
        return "listener " + name
                + " was made non-blocking by a worker, for all workers: a bare accept loop fails or spins;"
                + " leave out " + Options.BLOCKING_LISTENER.word() + " " + name
                + ", or make the command leave O_NONBLOCK alone";
    }

    /** A descriptor that is closed, at the end of a stop for instance, is as it should be. */
    private boolean isNonBlocking(int fd, boolean otherwise) {
        try {
            return posix.isNonBlocking(fd);
        } catch (ErrnoException closed) {
            return otherwise;
        }
    }
}
