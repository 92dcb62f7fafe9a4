package dev.prefork.master;

import dev.prefork.os.Signal;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import sun.misc.SignalHandler;

/**
 * A process has one handler for each signal, and may have several masters: each is told of every signal. The first installs
 * the handler, and with the last the one from before comes back.
 *
 * <p>Threading: any.
 */
final class SharedSignals {
    private static final SharedSignals OF_THIS_PROCESS = new SharedSignals();

    private final Map<Signal, Shared> shared = new EnumMap<>(Signal.class);

    private record Shared(SignalHandler ours, SignalHandler before, List<Consumer<Signal>> takers) {}

    SharedSignals() {}

    static SharedSignals ofThisProcess() {
        return OF_THIS_PROCESS;
    }

    /**
     * From now on {@code taker} is told too, until the result is run.
     *
     * @throws IllegalArgumentException if the JVM was told to leave the signal alone
     */
    synchronized Runnable add(Signal signal, Consumer<Signal> taker) {
        shared.computeIfAbsent(signal, SharedSignals::install).takers().add(taker);
        return () -> remove(signal, taker);
    }

    private static Shared install(Signal signal) {
        List<Consumer<Signal>> takers = new CopyOnWriteArrayList<>();
        SignalHandler ours = ignored -> takers.forEach(taker -> taker.accept(signal));
        return new Shared(ours, SignalHandlers.install(signal, ours), takers);
    }

    private synchronized void remove(Signal signal, Consumer<Signal> taker) {
        Shared entry = shared.get(signal);
        if (entry != null && entry.takers().remove(taker) && entry.takers().isEmpty()) {
            shared.remove(signal);
            SignalHandler replaced = handle(signal, entry.before());
            if (replaced != entry.ours()) {
                // Other code has put its own in place of ours meanwhile, and that is its business.
                handle(signal, replaced);
            }
        }
    }

    private static SignalHandler handle(Signal signal, SignalHandler handler) {
        return sun.misc.Signal.handle(new sun.misc.Signal(signal.name()), handler);
    }
}
