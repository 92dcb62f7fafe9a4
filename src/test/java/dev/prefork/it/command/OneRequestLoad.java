package dev.prefork.it.command;

import static dev.prefork.Waits.await;

import java.io.IOException;
import java.net.ConnectException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Clients that send one request after the other, each on a connection of its own, until they are refused or the load is
 * closed. A client whose request is lost goes on. Any thread.
 */
public final class OneRequestLoad implements AutoCloseable {
    /** Sends a request and reads its answer to the end; a ConnectException if there is no connection. */
    public interface Request {
        void send() throws IOException;
    }

    private final AtomicLong answers = new AtomicLong();
    private final AtomicInteger refused = new AtomicInteger();
    private final Queue<String> losses = new ConcurrentLinkedQueue<>();
    private final List<CompletableFuture<Void>> clients;
    private volatile boolean closed;

    public OneRequestLoad(int clients, Request request) {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        this.clients = IntStream.range(0, clients)
                .mapToObj(client -> CompletableFuture.runAsync(() -> run(request), threads))
                .toList();
        threads.shutdown();
    }

    private void run(Request request) {
        while (!closed) {
            try {
                request.send();
                answers.incrementAndGet();
            } catch (ConnectException e) {
                refused.incrementAndGet();
                return;
            } catch (IOException e) {
                losses.add(e.toString());
            }
        }
    }

    public long answers() {
        return answers.get();
    }

    /** How many clients have ended because no server was there. */
    public int refused() {
        return refused.get();
    }

    public void awaitAnswers(long atLeast) {
        await("answers under load").until(() -> answers.get() >= atLeast);
    }

    /** What was lost, once all clients have been refused. */
    public List<String> awaitEnd() {
        clients.forEach(CompletableFuture::join);
        return List.copyOf(losses);
    }

    /** Lets requests under way end; what was lost. */
    public List<String> stop() {
        closed = true;
        return awaitEnd();
    }

    @Override
    public void close() {
        stop();
    }
}
