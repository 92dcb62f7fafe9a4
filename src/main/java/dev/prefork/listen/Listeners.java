package dev.prefork.listen;

import dev.prefork.handoff.InheritedListener;
import dev.prefork.os.Endpoint;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.procfs.Somaxconn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The listening sockets of the master, kept for as long as it lives, so that a worker that dies loses no connection that
 * waits in a queue.
 *
 * <p>Threading: for one thread, the master's.
 *
 * <p>Every descriptor is close-on-exec, non-blocking unless it was asked to block, and numbered from 256 on (lower only under a small RLIMIT_NOFILE),
 * clear of the numbers that workers know them by.
 */
public final class Listeners implements AutoCloseable {
    private final Posix posix;
    private final ListenOptions options;
    private final Binder binder;
    private final List<ListenSpec> specs;
    private final List<Listener> listeners = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<Integer> descriptors = new ArrayList<>();
    private final List<SocketFile> files = new ArrayList<>();

    private Listeners(Posix posix, List<ListenSpec> specs, ListenOptions options) {
        this.posix = posix;
        this.specs = List.copyOf(specs);
        this.options = options;
        this.binder = new Binder(posix, options);
    }

    /**
     * Binds every listener, or adopts the inherited socket that fits it. Takes over all of {@code inherited}: what fits
     * nothing is closed, with a warning.
     *
     * @throws ListenException with one line for the user; everything, the inherited sockets included, is closed then
     */
    public static Listeners open(
            Posix posix, List<ListenSpec> specs, ListenOptions options, List<InheritedListener> inherited) {
        Listeners listeners = new Listeners(posix, specs, options);
        try {
            inherited.forEach(socket -> listeners.descriptors.add(socket.descriptor()));
            listeners.openAll(new Adoption(posix, specs, inherited));
            if (!specs.isEmpty()) {
                Somaxconn.warning(options.backlog(), Somaxconn.FILE).ifPresent(listeners.warnings::add);
            }
            return listeners;
        } catch (RuntimeException e) {
            listeners.close();
            throw e;
        }
    }

    /** The listeners in the order in which they were asked for. */
    public List<Listener> all() {
        return List.copyOf(listeners);
    }

    /** What the user should know though everything works, one line each. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /**
     * Makes sure that each of {@code slots} slots has its own socket; does nothing without reuse-port. Sockets are never
     * taken away again while the master lives: closing one resets the connections in its queue.
     */
    public void ensureSlots(int slots) {
        if (!options.reusePort()) {
            return;
        }
        for (int i = 0; i < listeners.size(); i++) {
            Listener listener = listeners.get(i);
            if (!listener.adopted() && specs.get(i).address() instanceof ListenAddress.Tcp tcp) {
                listeners.set(i, grown(specs.get(i), tcp, listener, slots));
            }
        }
    }

    /**
     * Stops accepting new connections into the queues of the listeners we bound, and says what prevents it, a line each. What waits
     * already, and who is in the middle of a handshake, will still be accepted. TCP clients get no answer from now on;
     * clients of a path get ENOENT. What a parent handed in stays open: its socket, and with it the queue, outlives us.
     *
     * <p>Blocks for some 10 ms. May be repeated, after {@link #ensureSlots} for instance.
     */
    public List<String> stopAccepting() {
        List<String> said = removeFiles();
        said.addAll(new Drain(posix, listeners).stopAccepting());
        return said;
    }

    /**
     * How many connections wait on the listeners we bound: those in the queues (a unix listener with any counts 1), or, when
     * there are none, the handshakes under way. Cheap while there is a queue.
     *
     * <p>Once new connections are refused, 0 stays 0, but for clients that got a SYN cookie (tcp_syncookies in tcp(7)): of those,
     * which there are only while more handshakes are under way than the backlog has room for, nothing is seen until their
     * ACK arrives. And a handshake whose client is gone counts until the kernel gives it up, after a minute or so.
     */
    public int waiting() {
        return new Drain(posix, listeners).waiting();
    }

    /**
     * How many connections wait in the accept queues of all listeners, those that a parent handed in too. Cheap. A unix
     * listener with any counts 1: poll(2) tells no more, and what {@link QueueFigures} asks not every kernel answers.
     */
    public int queued() {
        return Drain.queued(posix, listeners);
    }

    /** Closes all sockets and removes the socket files that we made. May be called twice. */
    @Override
    public void close() {
        // The files first: a file whose socket is closed would look stale to a successor, whose own we might then
        // remove.
        removeFiles().forEach(problem -> System.getLogger(Listeners.class.getName())
                .log(System.Logger.Level.WARNING, problem));
        descriptors.forEach(this::closeQuietly);
        descriptors.clear();
        listeners.clear();
    }

    private void openAll(Adoption adoption) {
        for (InheritedListener socket : adoption.unused()) {
            warnings.add("the inherited listener " + socket + " is closed because no --listen has its name or address");
            descriptors.remove((Integer) socket.descriptor());
            posix.close(socket.descriptor());
        }
        for (int i = 0; i < specs.size(); i++) {
            ListenSpec spec = specs.get(i);
            listeners.add(inMode(adoption.at(i)
                    .map(socket -> new Listener(spec.name(), socket.endpoint(), List.of(socket.descriptor()), true))
                    .orElseGet(() -> bound(spec))));
        }
        ensureSlots(options.slots());
    }

    private Listener bound(ListenSpec spec) {
        try {
            int fd = spec.address() instanceof ListenAddress.Tcp tcp
                    ? binder.first(Resolver.candidates(spec, tcp))
                    : boundToFile(spec, (ListenAddress.Unix) spec.address());
            descriptors.add(fd);
            return new Listener(spec.name(), posix.localEndpoint(fd), List.of(fd), false);
        } catch (ErrnoException e) {
            throw Refusals.because(spec, e);
        }
    }

    private int boundToFile(ListenSpec spec, ListenAddress.Unix address) {
        Endpoint.Unix endpoint = new Endpoint.Unix(address.path());
        int fd = SocketFile.replacingStale(posix, spec, endpoint, () -> binder.unix(endpoint));
        if (!endpoint.isAbstract()) {
            try {
                files.add(SocketFile.of(endpoint));
            } catch (IOException gone) {
                System.getLogger(Listeners.class.getName())
                        .log(
                                System.Logger.Level.WARNING,
                                String.format(
                                        "the socket file %s disappeared right after it was created: %s",
                                        address.path(), gone));
            }
        }
        return fd;
    }

    /** Further sockets get the real address of the first: with port 0 each would otherwise get a port of its own. */
    private Listener grown(ListenSpec spec, ListenAddress.Tcp tcp, Listener listener, int slots) {
        boolean v6Only = tcp.family() == ListenAddress.Family.TCP6;
        Resolver.Candidate same = new Resolver.Candidate((Endpoint.Inet) listener.endpoint(), v6Only);
        List<Integer> fresh = new ArrayList<>();
        try {
            while (listener.descriptors().size() + fresh.size() < slots) {
                fresh.add(binder.tcp(same));
            }
        } catch (ErrnoException e) {
            // Left open without a worker, they would swallow their share of the connections.
            fresh.forEach(this::closeQuietly);
            throw Refusals.because(spec, e);
        }
        descriptors.addAll(fresh);
        fresh.addAll(0, listener.descriptors());
        return inMode(new Listener(listener.name(), listener.endpoint(), fresh, false));
    }

    /** We ourselves never accept: we poll, and ask the kernel for the length of the queue. */
    private Listener inMode(Listener listener) {
        if (options.blocking().contains(listener.name())) {
            listener.descriptors().forEach(fd -> posix.setNonBlocking(fd, false));
        }
        return listener;
    }

    private List<String> removeFiles() {
        List<String> problems = new ArrayList<>();
        files.forEach(file -> file.remove().ifPresent(problems::add));
        files.clear();
        return problems;
    }

    private void closeQuietly(int fd) {
        try {
            posix.close(fd);
        } catch (ErrnoException e) {
            System.getLogger(Listeners.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            String.format("cannot close a listener's descriptor: %s", e.getMessage()));
        }
    }
}
