package dev.prefork.quarkus.worker;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The health checks of the application that this worker is, run in this process. Any thread may ask. */
interface OwnChecks {
    /** What MicroProfile Health tells apart. */
    enum Kind {
        STARTUP,
        READINESS,
        LIVENESS
    }

    /** Begins to run these checks. Which of them are DOWN, and why, in a line; empty if none is. */
    CompletableFuture<Optional<String>> ask(Kind kind);
}
