package dev.prefork.probe;

import dev.prefork.listen.Listener;
import dev.prefork.os.Endpoint;
import dev.prefork.procfs.ProcessTree;
import dev.prefork.procfs.TcpRow;
import dev.prefork.procfs.TcpTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds out which starting workers accept, or answer {@code GET PATH} with a status from 200 to 399, though all workers share
 * one listening socket. It connects, looks up in /proc which process accepted the connection, and sends the request only to a
 * worker that is starting. Connections that another process accepts are closed without a byte, and cost time: in the long run
 * each of them is worth a second, so that a healthy worker is bothered once a second at most.
 *
 * <p>For one thread. Connections that have not been accepted yet are kept from one round to the next, so that a worker that
 * boots for long does not find a queue full of dead ones.
 *
 * <p>It speaks plain HTTP/1 over TCP. A listener with TCP_DEFER_ACCEPT hides connections without data, so that no
 * worker behind it is ever found.
 */
public final class ConnectionProbe implements Probe {
    /**
     * For each socket, of which there are several with reuse-port: who wants to reach all must open more. One at first; more
     * only where one alone always reaches the same worker, which is the one the kernel wakes first.
     */
    private static final int AT_ONCE = 4;

    /** What an empty connection to a worker that is not starting costs, for each socket. */
    private static final Duration PRICE = Duration.ofSeconds(1);

    private static final int MOST_AT_ONCE = 64;

    private static final Duration ROUND = Duration.ofMillis(200);
    private static final Duration SHORT_ROUND = Duration.ofMillis(50);
    private static final Duration ANSWER = Duration.ofSeconds(1);

    /** With reuse-port it may wait at a socket without a worker, where another connection would find one. */
    private static final Duration QUEUED = Duration.ofSeconds(5);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(20);

    /** So that a look at a table of a hundred thousand connections does not take a core. */
    private static final int REST_PER_WORK = 10;

    /** accept(2) makes the inode visible a moment before the descriptor. */
    private static final int MISSES = 2;

    private static final int FIRST_GOOD = 200;
    private static final int FIRST_BAD = 400;

    private final Doorways doorways;
    private final Optional<String> request;
    private final String mode;
    private final ProcessTree families = new ProcessTree(Path.of("/proc"));
    private final List<Attempt> attempts = new ArrayList<>();
    private boolean warned;
    private int burst = 1;
    private long nextAt = System.nanoTime();

    private ConnectionProbe(Listener listener, Optional<String> path) {
        this.mode = path.map(asked -> "http=" + asked).orElse("accept");
        this.doorways = new Doorways(listener);
        this.request = path.map(asked -> "GET " + asked + " HTTP/1.1\r\nHost: " + doorways.host()
                + "\r\nUser-Agent: prefork\r\nAccept: */*\r\nConnection: close\r\n\r\n");
    }

    /**
     * A probe of a TCP listener that asks for a path.
     *
     * @throws IllegalArgumentException for another listener, or a path that {@link #refusal} refuses
     */
    public static ConnectionProbe asking(Listener listener, String path) {
        refusal(path).ifPresent(reason -> {
            throw new IllegalArgumentException(reason);
        });
        if (!(listener.endpoint() instanceof Endpoint.Inet)) {
            throw new IllegalArgumentException("readiness by HTTP needs a TCP listener, and this is " + listener);
        }
        return new ConnectionProbe(listener, Optional.of(path));
    }

    /** A probe of a TCP listener that only looks who accepts, and sends nothing. */
    static ConnectionProbe silent(Listener listener) {
        return new ConnectionProbe(listener, Optional.empty());
    }

    /** Why nothing can be asked for by such a path, in one sentence; empty when it can. */
    public static Optional<String> refusal(String path) {
        if (!path.startsWith("/")) {
            return Optional.of("the path '" + path + "' must begin with /, such as /healthz");
        }
        return path.chars().allMatch(c -> c > ' ' && c < 0x7f)
                ? Optional.empty()
                : Optional.of("the path '" + path.replaceAll("\\p{Cntrl}", "?")
                        + "' may hold only printable ASCII without spaces: escape the rest as in %20");
    }

    @Override
    public boolean isHolding() {
        return !attempts.isEmpty();
    }

    /** Probes until a worker is proven ready, every connection has come to nothing, or 200 ms (50, if silent) have passed. */
    @Override
    public Set<Integer> round(Set<Integer> starting) {
        if (starting.isEmpty()) {
            close();
            return Set.of();
        }
        long begin = System.nanoTime();
        long pause = FIRST_PAUSE.toNanos();
        open(begin);
        while (true) {
            long look = System.nanoTime();
            Set<Integer> ready = look(starting, look);
            long now = System.nanoTime();
            if (!ready.isEmpty()
                    || attempts.isEmpty()
                    || now - begin > (request.isPresent() ? ROUND : SHORT_ROUND).toNanos()
                    || Thread.currentThread().isInterrupted()) {
                return ready;
            }
            LockSupport.parkNanos(this, pause);
            pause = Math.max(Math.min(2 * pause, LONGEST_PAUSE.toNanos()), REST_PER_WORK * (now - look));
        }
    }

    private void open(long now) {
        if (now - nextAt < 0) {
            return;
        }
        long under = attempts.stream().filter(attempt -> !attempt.isJudged()).count();
        for (long i = under; i < Math.min(MOST_AT_ONCE, burst * doorways.count()); i++) {
            Optional<Attempt> opened = doorways.connect(now);
            if (opened.isEmpty()) {
                return;
            }
            attempts.add(opened.get());
        }
    }

    private Set<Integer> look(Set<Integer> starting, long now) {
        drop(attempt -> attempt.isAsked()
                ? now - attempt.since() < ANSWER.toNanos()
                : doorways.count() == 1 || now - attempt.since() < QUEUED.toNanos());
        Set<Integer> ready = attribute(starting, now);
        drop(attempt -> {
            OptionalInt status = attempt.isAsked() ? attempt.read() : OptionalInt.empty();
            if (status.isPresent() && status.getAsInt() >= FIRST_GOOD && status.getAsInt() < FIRST_BAD) {
                ready.add(attempt.worker());
            }
            return true;
        });
        ready.retainAll(starting);
        return ready;
    }

    /** Those whose accepting is all that was to be proven. */
    private Set<Integer> attribute(Set<Integer> starting, long now) {
        Map<Attempt, Long> accepted = accepted();
        Set<Integer> proven = new HashSet<>();
        if (accepted.isEmpty()) {
            return proven;
        }
        Map<Long, Integer> holders = families.holders(Set.copyOf(accepted.values()), starting);
        Set<Integer> asked = new HashSet<>();
        attempts.stream()
                .filter(attempt -> attempt.isAsked() && !attempt.isJudged())
                .forEach(a -> asked.add(a.worker()));
        drop(attempt -> {
            Integer holder = holders.get(accepted.getOrDefault(attempt, 0L));
            if (!accepted.containsKey(attempt)) {
                return true;
            }
            if (holder == null) {
                return attempt.missed() < MISSES || wasted(now);
            }
            burst = 1;
            if (request.isEmpty()) {
                proven.add(holder);
            } else if (asked.add(holder)) {
                attempt.ask(holder, request.get(), now);
                return true;
            }
            return false; // one question at a time is enough
        });
        return proven;
    }

    /** A worker that is not starting has accepted it: false, for the connection is of no use. */
    private boolean wasted(long now) {
        nextAt = Math.max(now, nextAt) + PRICE.toNanos() / doorways.count();
        burst = Math.min(AT_ONCE, burst + 1);
        warnIfHidden();
        return false;
    }

    /** The connections that have been accepted but carry no request yet, with the inodes of the other ends. */
    private Map<Attempt, Long> accepted() {
        Map<Attempt, Long> accepted = new HashMap<>();
        if (attempts.stream().allMatch(Attempt::isAsked)) { // as where there are none
            return accepted;
        }
        List<TcpRow> rows = TcpTable.rows(port -> port == doorways.port());
        drop(attempt -> {
            if (!attempt.isAsked() && attempt.isConnected()) {
                long inode = attempt.inode(rows);
                if (inode != 0) {
                    accepted.put(attempt, inode);
                }
            }
            return true;
        });
        return accepted;
    }

    /** Says once why no worker will ever be found. */
    private void warnIfHidden() {
        if (!warned && request.isPresent() && !families.hidden().isEmpty()) {
            warned = true;
            System.getLogger(ConnectionProbe.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            String.format(
                                    "--ready %s cannot see the open files of pid %d, so it is unknown what that process answers; run"
                                            + " master and workers as the same user, or give the master the capability SYS_PTRACE",
                                    mode, families.hidden().iterator().next()));
        }
    }

    private interface Check {
        boolean keep(Attempt attempt) throws IOException;
    }

    /** Closes and forgets the connections that broke or are not to be kept. */
    private void drop(Check check) {
        attempts.removeIf(attempt -> {
            boolean keep;
            try {
                keep = check.keep(attempt);
            } catch (IOException broken) {
                keep = false;
            }
            if (!keep) {
                attempt.close();
            }
            return !keep;
        });
    }

    /**
     * Ends all connections: those that were accepted quietly, so that no worker sees a fault, and the others so that none is
     * left in the queue. It may be used again afterwards.
     */
    @Override
    public void close() {
        Set<Attempt> accepted = accepted().keySet();
        attempts.forEach(attempt -> {
            if (attempt.isAsked() || accepted.contains(attempt)) {
                attempt.close();
            } else {
                attempt.withdraw();
            }
        });
        attempts.clear();
    }
}
