package dev.prefork.quarkus.master;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Tells of refused requests in one line a minute at most: who sends one can send a million.
 *
 * <p>Threading: any thread.
 */
final class RefusalLog {
    private static final long EVERY = Duration.ofMinutes(1).toNanos();

    private final Consumer<String> out;
    private final LongSupplier clock;
    private boolean told;
    private long last;
    private long untold;

    /** @param clock in nanoseconds */
    RefusalLog(Consumer<String> out, LongSupplier clock) {
        this.out = out;
        this.clock = clock;
    }

    synchronized void refused(SocketAddress client, String reason) {
        long now = clock.getAsLong();
        if (told && now - last < EVERY) {
            untold++;
            return;
        }
        String others = untold == 0 ? "" : ", and " + untold + " more since the last such line";
        out.accept("management interface: refused a request from " + client + ": " + reason + others
                + "; restrict the port to kubelets and Prometheus with a NetworkPolicy");
        told = true;
        last = now;
        untold = 0;
    }
}
