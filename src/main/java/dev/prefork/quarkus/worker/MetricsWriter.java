package dev.prefork.quarkus.worker;

import dev.prefork.board.BoardWriter;
import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.Family;
import dev.prefork.metrics.meters.MicrometerSource;
import dev.prefork.os.Posix;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Writes this worker's metrics onto its board, where the master finds them: once a second, and ten times while requests are
 * served, so that a worker that is killed takes no more than that with it.
 *
 * <p>Threading: one daemon thread of its own; {@link #close} writes a last time on the caller's.
 */
final class MetricsWriter implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger("dev.prefork.worker");
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration BUSY = Duration.ofMillis(100);

    /** Writing takes a hundredth of a core at most, however many series there are. */
    private static final int COST = 100;

    /**
     * These change all the time, also without requests, and cost more than all the rest: the states of threads
     * take a safepoint each, and Netty walks through all its memory. They are not needed ten times a second.
     */
    private static final String[] RESTLESS = {"jvm_", "process_", "system_", "netty_", "worker_pool_"};

    private final BoardWriter board;
    private final PrometheusMeterRegistry registry;
    private final CountDownLatch closed = new CountDownLatch(1);
    private Exposition machine = Exposition.EMPTY;
    private Exposition last = Exposition.EMPTY;
    private long machineRead;
    private boolean said;

    private MetricsWriter(BoardWriter board, PrometheusMeterRegistry registry) {
        this.board = board;
        this.registry = registry;
    }

    /** Begins to write; does nothing where no master reads, or the application exposes nothing to Prometheus. */
    static Optional<MetricsWriter> start() {
        Optional<MetricsWriter> writer = MicrometerSource.registry()
                .flatMap(source -> BoardWriter.fromEnvironment(Posix.system(), System.getenv())
                        .map(board -> new MetricsWriter(board, source)));
        writer.ifPresent(MetricsWriter::begin);
        return writer;
    }

    private void begin() {
        Thread thread = new Thread(this::run, "prefork-board");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            long pause = 0;
            while (!closed.await(pause, TimeUnit.NANOSECONDS)) {
                if (isMachineStale()) {
                    readMachine();
                }
                long start = cpuNanos();
                boolean busy = write();
                pause = pause(busy, cpuNanos() - start);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What this thread has used, and not how long it waited for others: a busy machine must not make it write less. */
    private static long cpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return threads.isCurrentThreadCpuTimeSupported() ? threads.getCurrentThreadCpuTime() : System.nanoTime();
    }

    static long pause(boolean busy, long costNanos) {
        return busy ? Math.min(Math.max(costNanos * COST, BUSY.toNanos()), IDLE.toNanos()) : IDLE.toNanos();
    }

    /** Not a stream: it is asked for each name, and runs too seldom for the JVM to compile it soon. */
    static boolean isRestless(String name) {
        for (String beginning : RESTLESS) {
            if (name.startsWith(beginning)) {
                return true;
            }
        }
        return false;
    }

    private synchronized boolean isMachineStale() {
        return machine.values().length == 0 || System.nanoTime() - machineRead >= IDLE.toNanos();
    }

    private synchronized void readMachine() {
        try {
            machine = alike(machine, MicrometerSource.read(registry, MetricsWriter::isRestless));
            machineRead = System.nanoTime();
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    /** Whether anything happened since the last time. */
    private synchronized boolean write() {
        try {
            Exposition now = alike(last, MicrometerSource.read(registry, name -> !isRestless(name)));
            Exposition all = machine.and(now);
            boolean written = board.write(all, System.nanoTime());
            if (!written && !said) {
                said = true;
                LOG.warnf(
                        "%d series are too many for the master to read, so it keeps showing the previous values",
                        all.shape().rows());
            }
            boolean busy = now.shape() != last.shape() || hasCounted(last, now);
            last = now;
            return busy;
        } catch (RuntimeException e) {
            failed(e);
            return false;
        }
    }

    /** What is read now, in the very shape of before if that is the same: to compare it once more then costs nothing. */
    private static Exposition alike(Exposition before, Exposition now) {
        return now.shape().equals(before.shape()) ? new Exposition(before.shape(), now.values()) : now;
    }

    private void failed(RuntimeException why) {
        if (!said) {
            said = true;
            LOG.warn("The metrics cannot be collected, so the master keeps showing the previous values", why);
        }
    }

    /** Compares values in place: a busy worker asks ten times a second. NaN stays NaN, and does not count as an event. */
    static boolean hasCounted(Exposition before, Exposition now) {
        int at = 0;
        for (Family family : now.shape().families()) {
            int end = at + family.width();
            if (family.kind().accumulates() && !Arrays.equals(before.values(), at, end, now.values(), at, end)) {
                return true;
            }
            at = end;
        }
        return false;
    }

    /** Writes what there is, and no more after that. */
    @Override
    public void close() {
        closed.countDown();
        readMachine();
        write();
    }
}
