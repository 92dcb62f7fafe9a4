package dev.prefork.it.metrics;

import static dev.prefork.Waits.await;

import dev.prefork.it.Answer;
import dev.prefork.it.Http;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Clients that ask for {@code /} at a steady pace on connections that they keep, connect anew when one breaks, never ask
 * twice, and end only with their last answer: what is counted here is exactly what was answered. Slow enough to leave
 * workers the time to start.
 *
 * <p>Threading: a thread for each client; any thread may call.
 */
public final class SteadyLoad implements AutoCloseable {
    private final ScheduledExecutorService threads;
    private final List<ScheduledFuture<?>> clients = new ArrayList<>();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final List<Break> breaks = new ArrayList<>();
    private final List<Reply> replies = new ArrayList<>();

    private SteadyLoad(int clients) {
        threads = Executors.newScheduledThreadPool(clients);
    }

    /** One answer: when it was whole, and whose it was. */
    record Reply(long nanos, long pid) {}

    /**
     * A request without an answer: when its connection ended, and who had last answered on it, 0 if nobody had.
     *
     * @param why as the client saw it
     */
    public record Break(long nanos, long pid, String why) {}

    /** @param perSecond requests of all clients together, as long as the server keeps up */
    public static SteadyLoad start(int port, int clients, int perSecond) {
        SteadyLoad load = new SteadyLoad(clients);
        long period = TimeUnit.SECONDS.toNanos(clients) / perSecond;
        for (int i = 0; i < clients; i++) {
            Client client = load.new Client(port);
            load.clients.add(
                    load.threads.scheduleAtFixedRate(client::ask, i * period / clients, period, TimeUnit.NANOSECONDS));
        }
        return load;
    }

    /** One thread's at a time. */
    private final class Client {
        private final int port;
        private Http connection;
        private long last;

        Client(int port) {
            this.port = port;
        }

        void ask() {
            if (stopping.get()) {
                close();
                return;
            }
            try {
                if (connection == null) {
                    last = 0;
                    connection = Http.open(Http.port(port));
                }
                Answer answer = connection.get("/");
                last = MeteredMaster.Visited.of(answer).pid();
                answered(new Reply(System.nanoTime(), last));
                if (answer.header("connection")
                        .filter("close"::equalsIgnoreCase)
                        .isPresent()) {
                    close();
                }
            } catch (IOException e) {
                broken(new Break(System.nanoTime(), last, e.toString()));
                close();
            }
        }

        private void close() {
            if (connection != null) {
                connection.close();
                connection = null;
            }
        }
    }

    private synchronized void answered(Reply reply) {
        replies.add(reply);
    }

    private synchronized void broken(Break seen) {
        breaks.add(seen);
    }

    public synchronized int answered() {
        return replies.size();
    }

    /** Requests that may or may not have been served: their connection ended before the answer came. */
    synchronized int broken() {
        return breaks.size();
    }

    public synchronized List<Break> breaks() {
        return List.copyOf(breaks);
    }

    /** How many answers of one worker's came after a moment. */
    synchronized long answeredBy(long pid, long sinceNanos) {
        return replies.stream()
                .filter(reply -> reply.pid() == pid && reply.nanos() - sinceNanos > 0)
                .count();
    }

    public SteadyLoad awaitAnswers(int atLeast, Duration patience) {
        await("answers under load").atMost(patience).until(() -> {
            for (ScheduledFuture<?> client : clients) {
                failed(client);
            }
            return answered() >= atLeast;
        });
        return this;
    }

    /** A client that met with something else than an answer or a break is done before its time. */
    private static void failed(ScheduledFuture<?> client) throws InterruptedException {
        try {
            if (client.isDone()) {
                client.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError("a client gave up", e.getCause());
        }
    }

    /** Waits for the answers that are under way. */
    public SteadyLoad stop() {
        stopping.set(true);
        threads.shutdown();
        await("the last answers").atMost(MeteredMaster.PATIENCE).until(threads::isTerminated);
        return this;
    }

    @Override
    public void close() {
        stop();
    }
}
