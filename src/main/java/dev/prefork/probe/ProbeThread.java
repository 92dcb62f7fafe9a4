package dev.prefork.probe;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * The daemon thread {@code prefork-probe}, which probes every 100 ms at most while workers are starting, and sleeps while none are.
 *
 * <p>Any thread may wake or close it. What it is given is called on its own thread.
 */
public final class ProbeThread implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration BURIAL = Duration.ofSeconds(2);

    private final Probe probe;
    private final Supplier<Set<Integer>> starting;
    private final IntConsumer ready;
    private final Set<Integer> told = new HashSet<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Thread thread = new Thread(this::run, "prefork-probe");
    private volatile boolean closed;

    private ProbeThread(Probe probe, Supplier<Set<Integer>> starting, IntConsumer ready) {
        this.probe = probe;
        this.starting = starting;
        this.ready = ready;
    }

    /**
     * Starts it.
     *
     * @param probe is the thread's from now on, which also closes it
     * @param starting the pids of the workers that are starting now
     * @param ready takes the pid of a worker that proved ready, once while that is among those that are starting
     */
    public static ProbeThread start(Probe probe, Supplier<Set<Integer>> starting, IntConsumer ready) {
        ProbeThread started = new ProbeThread(probe, starting, ready);
        started.thread.setDaemon(true);
        started.thread.start();
        return started;
    }

    /** Says that workers may be starting; to be called when {@code starting} already gives them. */
    public void wake() {
        woken.set(true);
        LockSupport.unpark(thread);
    }

    /** Ends the thread and its connections. May be called twice. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(BURIAL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (probe) {
            while (!closed) {
                woken.set(false);
                step();
            }
        }
    }

    private void step() {
        try {
            Set<Integer> now = Set.copyOf(starting.get());
            told.retainAll(now);
            Set<Integer> open = new HashSet<>(now);
            open.removeAll(told);
            for (int pid : probe.round(open)) {
                told.add(pid);
                ready.accept(pid);
            }
            if (now.isEmpty()) {
                sleepUntilWoken();
            } else if (!probe.isHolding()) {
                LockSupport.parkNanos(this, PAUSE.toNanos());
            }
        } catch (RuntimeException e) {
            // Without this thread no worker would ever be ready again.
            System.getLogger(ProbeThread.class.getName())
                    .log(System.Logger.Level.ERROR, "the readiness probe failed; trying again", e);
            LockSupport.parkNanos(this, PAUSE.toNanos());
        }
    }

    private void sleepUntilWoken() {
        while (!woken.get() && !closed) {
            LockSupport.park(this);
        }
    }
}
