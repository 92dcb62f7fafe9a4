package dev.prefork.quarkus.worker;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * The pools whose threads carry out blocking requests, as far as the heartbeat is concerned. While all threads of a pool are
 * occupied, each by one request, no further one is served, though the event loops run. So the heartbeat waits until each pool has
 * had a thread for a small task of ours, or until a request was answered by a thread outside the event loops: then the
 * pool is busy, and our task waits its turn in a long queue. Virtual threads are not of a pool, and never lack.
 *
 * <p>While no request is under way, no pool is asked, so that an idle worker stays idle.
 *
 * <p>Threading: any thread; requests begin on the event loops.
 */
public final class BlockingPools implements Handler<RoutingContext> {
    private final Set<Executor> asked = new HashSet<>();
    private final Set<Executor> silent = new HashSet<>();
    private List<Executor> pools = List.of();
    private Optional<Runnable> waiting = Optional.empty();
    private int requests;

    BlockingPools() {}

    /** From now on these are asked. */
    public synchronized void watch(List<Executor> executors) {
        pools = List.copyOf(executors);
    }

    /** Sits in front of all routes. */
    @Override
    public void handle(RoutingContext exchange) {
        began();
        exchange.addHeadersEndHandler(written -> {
            if (!Context.isOnEventLoopThread()) {
                answered();
            }
        });
        LastAnswers.whenDone(exchange, this::ended);
        exchange.next();
    }

    /** Calls {@code then}, on any thread, once the pools are seen to get on. Not again before it has. */
    void whenTheyGetOn(Runnable then) {
        List<Executor> toAsk;
        synchronized (this) {
            silent.clear();
            silent.addAll(requests > 0 ? pools : List.of());
            toAsk = silent.stream().filter(asked::add).toList();
            waiting = Optional.of(then);
        }
        toAsk.forEach(this::ask);
        goOnUnlessSilent();
    }

    private void ask(Executor pool) {
        try {
            pool.execute(() -> heard(pool));
        } catch (RejectedExecutionException full) {
            // Or shut down, and then it does not matter any more.
            synchronized (this) {
                asked.remove(pool);
            }
        }
    }

    private void heard(Executor pool) {
        synchronized (this) {
            asked.remove(pool);
            silent.remove(pool);
        }
        goOnUnlessSilent();
    }

    synchronized void began() {
        requests++;
    }

    synchronized void ended() {
        requests--;
    }

    /** By a thread of a pool: of which one does not matter, for few applications use two. */
    void answered() {
        synchronized (this) {
            silent.clear();
        }
        goOnUnlessSilent();
    }

    private void goOnUnlessSilent() {
        Optional<Runnable> then;
        synchronized (this) {
            then = silent.isEmpty() ? waiting : Optional.empty();
            waiting = silent.isEmpty() ? Optional.empty() : waiting;
        }
        then.ifPresent(Runnable::run);
    }
}
