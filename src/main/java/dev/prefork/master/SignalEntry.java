package dev.prefork.master;

import dev.prefork.log.Entry;
import dev.prefork.log.EventName;
import dev.prefork.log.Key;
import dev.prefork.log.Level;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Signal;
import dev.prefork.supervise.Adopted;

/** Lines about signals, those that came as those that are sent. Pure. */
final class SignalEntry {
    private SignalEntry() {}

    /** One that means nothing was sent to the master. */
    static Entry ignored(Signal signal) {
        String line = "SIG" + signal.name() + " is ignored; send SIGTERM to stop";
        return Entry.of(Level.WARN, EventName.SIGNAL_IGNORED, line).with(Key.SIGNAL, signal.name());
    }

    /** One is about to be sent to a process that is not a worker's any more. */
    static Entry toAdopted(Adopted process, Signal signal) {
        String line = process + ", which a worker left behind, "
                + (signal == Signal.KILL ? "does not stop, killing it" : "still runs, stopping it");
        return Entry.of(Level.WARN, EventName.PROCESS_STOPPING, line).with(Key.SIGNAL, signal.name());
    }

    /** One could not be sent. */
    static Entry unreachable(int pid, Signal signal, ErrnoException why) {
        String line = "pid " + pid + " cannot be sent SIG" + signal.name() + ": " + why.reason()
                + "; give the master the capability KILL, or run it as the worker's user";
        return Entry.of(Level.ERROR, EventName.PROCESS_UNREACHABLE, line)
                .with(Key.SIGNAL, signal.name())
                .with(Key.WHY, why.reason());
    }
}
