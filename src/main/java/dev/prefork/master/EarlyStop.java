package dev.prefork.master;

import dev.prefork.os.Signal;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Remembers a SIGTERM or SIGINT that comes while a master is still being put together, for the loop to take over: by
 * itself the JVM would end with 143, and a pod that is deleted right after its start would look as if it had failed.
 *
 * <p>Threading: any; signals come on threads of the JVM's own making.
 */
public final class EarlyStop implements AutoCloseable {
    private static final EarlyStop OF_THIS_PROCESS = new EarlyStop();

    private Optional<Signal> came = Optional.empty();
    private Optional<Consumer<Signal>> loop = Optional.empty();
    private Optional<SignalHandlers> handlers = Optional.empty();

    EarlyStop() {}

    /** Begins to watch. Where the JVM was told to leave signals alone it does nothing: the master will refuse that. */
    public static void watch() {
        for (Signal signal : List.of(Signal.TERM, Signal.INT)) {
            try {
                sun.misc.Signal.handle(new sun.misc.Signal(signal.name()), ignored -> OF_THIS_PROCESS.came(signal));
            } catch (IllegalArgumentException e) {
                return;
            }
        }
    }

    /**
     * Begins to watch for one master among others of this process, until it is closed.
     *
     * @throws SignalUnavailableException if the JVM was told to leave the signals alone
     */
    public static EarlyStop forOneMaster() {
        EarlyStop early = new EarlyStop();
        SignalHandlers handlers = new SignalHandlers(MasterMode.LIBRARY);
        early.handlers = Optional.of(handlers);
        try {
            handlers.handle(Signal.TERM, early::came);
            handlers.handle(Signal.INT, early::came);
            return early;
        } catch (SignalUnavailableException e) {
            early.close();
            throw e;
        }
    }

    static EarlyStop ofThisProcess() {
        return OF_THIS_PROCESS;
    }

    synchronized void came(Signal signal) {
        loop.ifPresentOrElse(taker -> taker.accept(signal), () -> came = Optional.of(signal));
    }

    /** From now on {@code taker} is told, at once of what came before. */
    synchronized void handOver(Consumer<Signal> taker) {
        loop = Optional.of(taker);
        came.ifPresent(taker);
        came = Optional.empty();
    }

    @Override
    public void close() {
        handlers.ifPresent(SignalHandlers::close);
    }
}
