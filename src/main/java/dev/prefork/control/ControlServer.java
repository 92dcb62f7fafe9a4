package dev.prefork.control;

import dev.prefork.os.Endpoint;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Peer;
import dev.prefork.os.Polled;
import dev.prefork.os.Posix;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import jnr.constants.platform.Errno;

/**
 * A master's control socket: one daemon thread serves all its clients, waits for none of them, and sleeps while there is none.
 *
 * <p>Threading: any thread may close it.
 */
public final class ControlServer implements AutoCloseable {
    private static final int BACKLOG = 128;

    /** For what is in course. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    /** After a failure that may last, such as that no descriptor is free. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Duration END = Duration.ofSeconds(2);

    private final Posix posix;
    private final Limits limits;
    private final Desk desk;
    private final int listener;
    private final int[] wake;
    private final List<Connection> connections = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "prefork-control");
    private volatile boolean closed;
    private long notBefore = System.nanoTime();

    /** Who is admitted, and what is done for them. */
    record Desk(Access access, Admission admission, Steering steering) {

        Course begin(Request request, Peer asker) {
            return access != Access.FULL && request.changes()
                    ? Course.of(Answer.refused("--control " + access + " allows status alone"))
                    : steering.begin(request, asker);
        }
    }

    private ControlServer(Posix posix, Limits limits, Desk desk, int listener) {
        this.posix = posix;
        this.limits = limits;
        this.desk = desk;
        this.listener = listener;
        this.wake = posix.socketPair();
    }

    /**
     * Opens the one of this process, or says in a line why there is none: a master does without it.
     *
     * @param warn any thread's lines, at most a few a minute
     */
    public static Optional<ControlServer> begin(Posix posix, Access access, Steering steering, Consumer<String> warn) {
        if (access == Access.OFF) {
            return Optional.empty();
        }
        Desk desk = new Desk(access, new Admission(posix.geteuid(), warn), steering);
        Optional<ControlAddress> address = ControlAddress.of(Path.of("/proc"), posix.getpid());
        if (address.isEmpty()) {
            warn.accept(noSocket("the start time of this process cannot be read from /proc"));
            return Optional.empty();
        }
        try {
            return Optional.of(begin(posix, Limits.USUAL, desk, address.get()));
        } catch (ErrnoException e) {
            warn.accept(noSocket(address.get().endpoint() + ": "
                    + (e.errno() == Errno.EADDRINUSE ? "the name is taken" : e.reason())));
            return Optional.empty();
        }
    }

    private static String noSocket(String why) {
        return "no control socket, so status, reload, scale, stop, kill and dump find no master here: " + why
                + "; signals work as ever, and --control off leaves it out";
    }

    static ControlServer begin(Posix posix, Limits limits, Desk desk, ControlAddress address) {
        Endpoint.Unix endpoint = address.endpoint();
        int listener = posix.streamSocket(endpoint);
        ControlServer server;
        try {
            posix.bind(listener, endpoint);
            posix.listen(listener, BACKLOG);
            server = new ControlServer(posix, limits, desk, listener);
        } catch (ErrnoException e) {
            posix.close(listener);
            throw e;
        }
        server.thread.setDaemon(true);
        server.thread.start();
        return server;
    }

    private void run() {
        try {
            while (!closed) {
                turn();
            }
        } finally {
            connections.forEach(Connection::close);
            posix.close(listener);
            posix.close(wake[1]);
        }
    }

    private void turn() {
        Polled ready = await();
        long now = System.nanoTime();
        for (Connection each : connections) {
            attend(each, ready.readable().contains(each.fd()), ready.writable().contains(each.fd()), now);
        }
        connections.removeIf(each -> !each.isOpen());
        // After those that are here: what they have sent decides on whether they keep their places.
        if (ready.readable().contains(listener)) {
            accept(now);
        }
    }

    private void attend(Connection client, boolean readable, boolean writable, long now) {
        try {
            if (client.isOpen() && readable) {
                client.read(request -> begin(request, client), now);
            }
            if (client.isOpen() && writable) {
                client.write(now);
            }
            proceed(client, now);
        } catch (RuntimeException e) {
            // This request alone has failed.
            client.end(Answer.refused("internal error: " + e), now);
        }
    }

    private Course begin(Request request, Connection client) {
        if (request instanceof Request.Events events && events.follow()) {
            if (connections.stream().filter(Connection::isFollowing).count() >= limits.followers()) {
                return Course.of(Answer.refused(
                        limits.followers() + " clients follow events already; try again when one of them has left"));
            }
            client.follows();
        }
        return desk.begin(request, client.peer());
    }

    private void proceed(Connection client, long now) {
        if (client.isInCourse() && unread() < limits.unread()) {
            client.look(now);
        }
        if (client.isOpen() && client.deadline() != Long.MAX_VALUE && client.deadline() - now <= 0) {
            client.expire(now);
        }
    }

    private Polled await() {
        List<Integer> reading = new ArrayList<>();
        List<Integer> writing = new ArrayList<>();
        reading.add(wake[1]);
        long now = System.nanoTime();
        long until = Long.MAX_VALUE;
        OptionalLong wait = untilNext(now);
        if (wait.isPresent() && wait.getAsLong() <= 0) {
            reading.add(listener);
        } else if (wait.isPresent()) {
            until = wait.getAsLong();
        }
        for (Connection each : connections) {
            reading.add(each.fd());
            if (each.hasUnsent()) {
                writing.add(each.fd());
            }
            if (each.isInCourse()) {
                until = Math.min(until, BETWEEN_LOOKS.toNanos());
            }
            if (each.deadline() != Long.MAX_VALUE) {
                until = Math.min(until, Math.max(0, each.deadline() - now));
            }
        }
        try {
            return posix.poll(
                    until == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(until), reading, writing);
        } catch (ErrnoException noMemory) {
            pause();
            return new Polled(List.of(), List.of());
        }
    }

    /** How long until another client may be accepted; empty if only the end of one that is here makes room for it. */
    private OptionalLong untilNext(long now) {
        if (connections.size() < limits.clients()) {
            return OptionalLong.of(notBefore - now);
        }
        return connections.stream()
                .filter(each -> each.givesWayFrom() != Long.MAX_VALUE)
                .mapToLong(each -> Math.max(each.givesWayFrom() - now, notBefore - now))
                .min();
    }

    /** Rests here: poll(2) itself is what has failed. */
    private void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    private void accept(long now) {
        try {
            for (int i = 0; i < BACKLOG && makesRoom(now); i++) {
                OptionalInt fd = posix.accept(listener);
                if (fd.isEmpty()) {
                    return;
                }
                admit(fd.getAsInt(), now);
            }
        } catch (ErrnoException e) {
            // EMFILE for one: the connections that wait would be reported again at once.
            notBefore = now + PAUSE.toNanos();
        }
    }

    private void admit(int fd, long now) {
        Peer peer;
        try {
            peer = posix.peer(fd);
        } catch (ErrnoException e) {
            // None knows who this is, so that it is not admitted; the others that wait have no part in it.
            posix.close(fd);
            return;
        }
        Connection connection = new Connection(posix, limits, fd, peer);
        Optional<String> refusal = desk.admission().refusal(peer);
        if (refusal.isPresent()) {
            connection.end(Answer.refused(refusal.get()), now);
            connection.close();
            desk.admission().tell(peer, refusal.get(), now);
            return;
        }
        // Mostly its request is here already, and its answer ready: it needs no place then.
        attend(connection, true, false, now);
        if (connection.isOpen()) {
            connections.add(connection);
        }
    }

    /** Whether there is room for another client. One that only connects and says nothing costs no other one its answer. */
    private boolean makesRoom(long now) {
        if (connections.size() < limits.clients()) {
            return true;
        }
        // The oldest comes first.
        for (Connection each : List.copyOf(connections)) {
            if (each.givesWay(now)) {
                // What it has sent since the look counts.
                attend(each, true, false, now);
                if (each.givesWay(now)) {
                    each.close();
                }
            }
            if (!each.isOpen()) {
                connections.remove(each);
                return true;
            }
        }
        return false;
    }

    private int unread() {
        return connections.stream().mapToInt(Connection::unsentBytes).sum();
    }

    /** Ends it, and returns when its thread has closed all its descriptors, or after two seconds. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        posix.close(wake[0]);
        try {
            thread.join(END.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
