package dev.prefork.master;

import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import sun.misc.SignalHandler;

/**
 * The signal handlers of one master. In a library they are shared with its other masters, and put back as they were when
 * the last of them is closed; an entrypoint keeps them to its very end, since the defaults would end it with their own exit code while it is still tidying up.
 *
 * <p>A handler runs on a thread of the JVM's own making, never in the context of the interrupted code, so it may do
 * anything; ours put a message into the inbox, or, for SIGHUP, ask another thread to read the settings.
 */
final class SignalHandlers implements AutoCloseable {
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private final MasterMode mode;

    /**
     * The static initialiser of the JDK's process support resets SIGCHLD to its default action, whenever it happens to
     * run: so it runs now, before our handler is in place.
     */
    SignalHandlers(MasterMode mode) {
        this.mode = mode;
        System.getenv();
        try {
            Class.forName("java.lang.ProcessImpl");
        } catch (ClassNotFoundException e) {
            // Another JDK's insides: then there is nothing to run ahead of.
            return;
        }
    }

    /**
     * @throws SignalUnavailableException if the JVM was told to leave the signal alone
     */
    void handle(Signal signal, Consumer<Signal> handler) {
        try {
            if (mode == MasterMode.LIBRARY) {
                undo.push(SharedSignals.ofThisProcess().add(signal, handler));
            } else {
                install(signal, caught -> handler.accept(signal));
            }
        } catch (IllegalArgumentException e) {
            throw new SignalUnavailableException(
                    "cannot handle SIG" + signal.name() + ", so a graceful stop is impossible; start java without -Xrs",
                    e);
        }
    }

    /**
     * A JVM leaves TERM and INT alone that were ignored when it was started, as by a shell's {@code trap '' TERM} or, for INT,
     * by {@code &}; see execve(2). A master that cannot be stopped is of no use, so it heeds them like any init. HUP stays
     * ignored: that is what nohup(1) was asked for.
     */
    static SignalHandler install(Signal signal, SignalHandler handler) {
        sun.misc.Signal raw = new sun.misc.Signal(signal.name());
        SignalHandler previous = sun.misc.Signal.handle(raw, handler);
        if (previous == SignalHandler.SIG_IGN && (signal == Signal.TERM || signal == Signal.INT)) {
            Posix.system().heed(signal);
            sun.misc.Signal.handle(raw, handler);
        }
        return previous;
    }

    @Override
    public void close() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
    }
}
