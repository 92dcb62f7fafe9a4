package dev.prefork.quarkus.worker;

import dev.prefork.handoff.AdoptionException;
import dev.prefork.handoff.Inheritance;
import dev.prefork.handoff.Takeover;
import dev.prefork.os.Posix;
import io.quarkus.runtime.Quarkus;

/** The life of a built-in worker: this executable, started again by its master. Called on the main thread. */
public final class WorkerRole {
    /** Usage or configuration, as in the master. */
    static final int MISCONFIGURED = 2;

    private WorkerRole() {}

    /** Adopts the inherited listeners and serves until told to stop. Ends the process. */
    public static void run(String... args) {
        IgnoredSignals.ignore();
        try {
            Inheritance.ofThisProcess();
            Takeover.check(Posix.system(), System.getenv());
        } catch (AdoptionException e) {
            // Said before Quarkus starts: a second of booting would not change it.
            System.err.println("prefork: " + e.getMessage());
            System.exit(MISCONFIGURED);
        }
        Quarkus.run(args);
    }
}
