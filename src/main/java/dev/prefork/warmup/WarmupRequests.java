package dev.prefork.warmup;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Asks for the paths of a plan one after the other, on one connection where the server keeps it. A path that fails is
 * reported once and left out from then on: warming up is a favour, and a route that is broken is told by the traffic too.
 *
 * <p>Threading: {@link #run} blocks its thread; {@link #close} comes from any other, and ends it soon.
 */
public final class WarmupRequests implements AutoCloseable {
    private static final int FIRST_FAILURE = 400;
    private static final int FIRST_OF_THE_SERVER = 500;

    private final WarmupPlan plan;
    private final WarmupConnection.Opener opener;
    private final Consumer<String> problems;
    private volatile boolean closed;
    private volatile WarmupConnection connection;

    /** @param problems is told each path's first failure, in a line */
    public WarmupRequests(WarmupPlan plan, WarmupConnection.Opener opener, Consumer<String> problems) {
        this.plan = plan;
        this.opener = opener;
        this.problems = problems;
    }

    /** How many requests were answered. */
    public int run() {
        long deadline = System.nanoTime() + plan.atMost().toNanos();
        List<String> paths = new ArrayList<>(plan.paths());
        List<String> refused = new ArrayList<>();
        int answered = 0;
        try {
            for (int i = 0; i < plan.requests() && !paths.isEmpty() && !closed; i++) {
                String path = paths.get(i % paths.size());
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    problems.accept("the warm-up is over after " + answered + " of " + plan.requests()
                            + " requests: it may take half of the start timeout, and what the start has left of it; ask for"
                            + " fewer with --warmup-requests, or raise --start-timeout");
                    return answered;
                }
                answered += ask(path, left, paths, refused);
            }
        } finally {
            disconnect();
        }
        return answered;
    }

    private int ask(String path, long nanos, List<String> paths, List<String> refused) {
        try {
            int status = status(path, nanos);
            if (status >= FIRST_FAILURE && !refused.contains(path)) {
                refused.add(path);
                problems.accept("the warm-up request " + path + " was answered with status " + status
                        + ", so it warms up little; the worker starts without it, look at that route");
            }
            if (status >= FIRST_OF_THE_SERVER) {
                paths.remove(path);
            }
            return 1;
        } catch (IOException e) {
            disconnect();
            if (!closed) {
                paths.remove(path);
                problems.accept("the warm-up request " + path + " was not answered (" + reason(e)
                        + "); the worker starts without it, look at that route");
            }
            return 0;
        }
    }

    /**
     * A server may close a connection after any answer, with or without a word (RFC 9112, section 9.6), which is only seen
     * by the next request. That one gets a connection of its own, once.
     */
    private int status(String path, long nanos) throws IOException {
        long deadline = System.nanoTime() + nanos;
        WarmupConnection kept = connection;
        WarmupConnection used = connection();
        try {
            return used.get(path, nanos);
        } catch (WarmupConnection.GoneException e) {
            if (used != kept || closed) {
                throw e;
            }
            disconnect();
            return connection().get(path, deadline - System.nanoTime());
        }
    }

    private static String reason(IOException e) {
        return e instanceof SocketTimeoutException ? "it took longer than the start timeout leaves it" : e.getMessage();
    }

    private WarmupConnection connection() throws IOException {
        WarmupConnection open = connection;
        if (open == null || !open.isOpen()) {
            open = new WarmupConnection(opener);
            connection = open;
            if (closed) {
                open.close();
            }
        }
        return open;
    }

    private void disconnect() {
        WarmupConnection open = connection;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        disconnect();
    }
}
