package dev.prefork.quarkus.worker;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The end of a worker whose master is gone: a graceful stop, and a hard one when that takes too long.
 *
 * <p>Threading: runs on the lifeline's thread.
 */
final class Orphan implements Runnable {
    private static final Logger LOG = Logger.getLogger("dev.prefork.worker");
    private static final int EXIT_CODE = 1;

    private final Duration patience;

    Orphan(Duration patience) {
        this.patience = patience;
    }

    @Override
    public void run() {
        LOG.errorf("The master has exited: stopping this worker within %.1f s", patience.toMillis() / 1000.0);
        // Not Quarkus.asyncExit: only a main method that waits for Quarkus heeds it. The shutdown hook works for all.
        Thread exit = new Thread(() -> System.exit(EXIT_CODE), "prefork-orphan");
        exit.setDaemon(true);
        exit.start();
        try {
            TimeUnit.NANOSECONDS.sleep(patience.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(EXIT_CODE);
    }
}
