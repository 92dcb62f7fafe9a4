package dev.prefork.it.hostile;

import dev.prefork.it.Answer;
import dev.prefork.it.Http;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Asks for liveness again and again, each time on a connection of its own, as a kubelet does, and like one from an address at
 * which no attacker is.
 *
 * <p>Threading: a thread of its own from {@link #start} to {@link #close}; the figures are complete after that.
 */
final class HonestProbe implements AutoCloseable {
    private static final Duration BETWEEN = Duration.ofMillis(50);

    private final int management;
    private final Thread thread = new Thread(this::ask, "honest-probe");
    private volatile boolean over;
    private volatile int answers;
    private volatile int failuresInARow;
    private volatile int mostFailuresInARow;
    private volatile Duration slowest = Duration.ZERO;
    private volatile String lastFailure = "none";

    private HonestProbe(int management) {
        this.management = management;
    }

    static HonestProbe start(int management) {
        HonestProbe probe = new HonestProbe(management);
        probe.thread.setDaemon(true);
        probe.thread.start();
        return probe;
    }

    private void ask() {
        while (!over) {
            long begin = System.nanoTime();
            try (Http connection = Http.open(Http.port(management), InetAddress.getByName("127.0.0.2"))) {
                Answer answer = connection.send("GET", "/q/health/live", Map.of("Connection", "close"), "");
                count(answer.status() == 200, "status " + answer.status());
            } catch (IOException | RuntimeException e) {
                count(false, e.toString());
            }
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            slowest = took.compareTo(slowest) > 0 ? took : slowest;
            try {
                TimeUnit.NANOSECONDS.sleep(BETWEEN.toNanos());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void count(boolean alive, String failure) {
        if (alive) {
            answers++;
            failuresInARow = 0;
        } else {
            failuresInARow++;
            mostFailuresInARow = Math.max(mostFailuresInARow, failuresInARow);
            lastFailure = failure;
        }
    }

    int answers() {
        return answers;
    }

    /** A kubelet acts on the third by default. */
    int mostFailuresInARow() {
        return mostFailuresInARow;
    }

    /** From the connection to the whole answer, or to its failure. */
    Duration slowest() {
        return slowest;
    }

    @Override
    public void close() {
        over = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the last probe is under way", e);
        }
    }

    @Override
    public String toString() {
        return answers + " answers, the slowest in " + slowest.toMillis() + " ms, at most " + mostFailuresInARow
                + " failures in a row, the last one: " + lastFailure;
    }
}
