package dev.prefork.quarkus.worker;

import dev.prefork.os.Signal;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Signals that mean something to a master only, and would end a worker: one of them was sent to the wrong pid. A native executable would
 * write its whole heap to a file for SIGUSR1. SIGTTIN and SIGTTOU, which a master takes as well, stop no worker anyhow: its process
 * group is an orphaned one, see setpgid(2).
 *
 * <p>Threading: to be called on the main thread before Quarkus starts; an application may replace the handlers.
 */
final class IgnoredSignals {
    private static final Logger LOG = Logger.getLogger("dev.prefork.worker");

    private static final List<Signal> MEANINGLESS = List.of(Signal.HUP, Signal.USR1, Signal.USR2);

    private IgnoredSignals() {}

    static void ignore() {
        MEANINGLESS.forEach(IgnoredSignals::handle);
    }

    private static void report(Signal signal) {
        LOG.infof("SIG%s is ignored; it is for the master", signal.name());
    }

    private static void handle(Signal signal) {
        try {
            sun.misc.Signal.handle(new sun.misc.Signal(signal.name()), caught -> report(signal));
        } catch (IllegalArgumentException e) {
            // The JVM keeps it to itself, as some do with SIGUSR2, or was told by -Xrs to leave it alone.
            return;
        }
    }
}
