package dev.prefork.it.hostile;

import static dev.prefork.Waits.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Two at a time, each with one attack after the other at random, for up to three seconds each. Any thread may call. */
final class Attackers implements AutoCloseable {
    private static final int AT_A_TIME = 2;
    private static final int SHORTEST_MILLIS = 200;
    private static final int LONGEST_MILLIS = 3000;

    private final ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
    private final List<Future<?>> running = new ArrayList<>();
    private final AtomicInteger attacks = new AtomicInteger();
    private volatile boolean stopping;

    private Attackers() {}

    static Attackers start(List<Attack> attacks, InetSocketAddress management, long seed) {
        Attackers attackers = new Attackers();
        for (int i = 0; i < AT_A_TIME; i++) {
            Random random = new Random(seed + i);
            attackers.running.add(attackers.threads.submit(() -> attackers.attack(attacks, management, random)));
        }
        return attackers;
    }

    private void attack(List<Attack> all, InetSocketAddress management, Random random) {
        while (!stopping) {
            Attack attack = all.get(random.nextInt(all.size()));
            int millis = SHORTEST_MILLIS + random.nextInt(LONGEST_MILLIS - SHORTEST_MILLIS);
            try {
                attack.run(management, Duration.ofMillis(millis));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            attacks.incrementAndGet();
        }
    }

    /** Waits for those under way; how many there were. Fails if one could not attack. */
    int stop() {
        close();
        for (Future<?> each : running) {
            try {
                each.get();
            } catch (ExecutionException e) {
                throw new AssertionError("an attacker gave up", e.getCause());
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return attacks.get();
    }

    @Override
    public void close() {
        stopping = true;
        threads.shutdown();
        await("the end of the attacks").until(threads::isTerminated);
    }
}
