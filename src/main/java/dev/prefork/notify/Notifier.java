package dev.prefork.notify;

import dev.prefork.handoff.Variables;
import dev.prefork.os.Endpoint;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import jnr.constants.platform.Errno;

/**
 * A worker's end of sd_notify(3). Without NOTIFY_SOCKET it does nothing; a master that cannot be reached is logged once
 * and never troubles the worker.
 *
 * <p>Threading: any thread may call. But for {@link #watchdog} a call waits while the master's
 * queue is full, as sd_notify(3) does.
 */
public final class Notifier {
    private static final String WATCHDOG = "WATCHDOG=1";
    private static final String HEALTH = "PREFORK_HEALTH=";

    private final Posix posix;
    private final Optional<Endpoint.Unix> master;
    private final ThreadFactory threads;
    private final AtomicBoolean warned = new AtomicBoolean();

    /** Whether a heartbeat waits for room. */
    private final AtomicBoolean waiting = new AtomicBoolean();

    private Notifier(Posix posix, Optional<Endpoint.Unix> master, ThreadFactory threads) {
        this.posix = posix;
        this.master = master;
        this.threads = threads;
    }

    public static Notifier fromEnvironment(Posix posix, Map<String, String> environment) {
        return fromEnvironment(posix, environment, Thread::new);
    }

    static Notifier fromEnvironment(Posix posix, Map<String, String> environment, ThreadFactory threads) {
        String address = environment.getOrDefault(Variables.NOTIFY_SOCKET, "");
        Optional<Endpoint.Unix> master = address.isEmpty() ? Optional.empty() : Optional.of(new Endpoint.Unix(address));
        return new Notifier(posix, master, threads);
    }

    /** This process serves from now on. */
    public void ready() {
        send("READY=1");
    }

    /** This process has begun to stop. */
    public void stopping() {
        send("STOPPING=1");
    }

    /** This process is to be replaced, the new one first; until then it goes on serving. */
    public void recycle() {
        send("PREFORK_RECYCLE=1");
    }

    /** What this process is doing, in one line for people. */
    public void status(String text) {
        send("STATUS=" + Notification.presentable(text));
    }

    /**
     * Whether this process finds itself ready, though it serves. The master counts it as ready only while it does.
     *
     * @param down why it does not; empty if it does
     */
    public void health(Optional<String> down) {
        send(HEALTH + Notification.Health.text(down));
    }

    /**
     * This process is alive; to be called more often than {@link Watchdog} says. Never waits, so that an event loop may call
     * it. When the master's queue is full, a thread of its own waits with one heartbeat, and further ones are left out: if the master
     * is not reading, it finds older ones first; if others flood the queue, the kernel lets those in first that have waited
     * longest.
     */
    public void watchdog() {
        if (!waiting.get() && !send(WATCHDOG, false) && waiting.compareAndSet(false, true)) {
            try {
                Thread thread = threads.newThread(this::sendWaiting);
                thread.setName("prefork-heartbeat");
                thread.setDaemon(true);
                thread.start();
            } catch (OutOfMemoryError e) {
                // No pid is free, see pthread_create(3): this one is left out.
                waiting.set(false);
            }
        }
    }

    private void sendWaiting() {
        try {
            send(WATCHDOG, true);
        } finally {
            waiting.set(false);
        }
    }

    private void send(String assignment) {
        send(assignment, true);
    }

    /** False if the queue is full and this is not to wait for room. */
    private boolean send(String assignment, boolean wait) {
        if (master.isEmpty()) {
            return true;
        }
        try {
            send(master.get(), assignment, wait);
        } catch (ErrnoException e) {
            if (!wait && e.errno() == Errno.EAGAIN) {
                return false;
            }
            if (warned.compareAndSet(false, true)) {
                System.getLogger(Notifier.class.getName())
                        .log(
                                System.Logger.Level.WARNING,
                                String.format(
                                        "cannot send %s to the master, which may consider this process not ready: %s; "
                                                + "check NOTIFY_SOCKET",
                                        assignment, e.getMessage()));
            }
        }
        return true;
    }

    /** A socket per message: messages are few, and a descriptor kept for a lifetime would have to be kept from leaking. */
    private void send(Endpoint.Unix endpoint, String assignment, boolean wait) {
        int fd = posix.datagramSocket();
        try {
            posix.setNonBlocking(fd, !wait);
            posix.sendDatagram(fd, assignment.getBytes(StandardCharsets.UTF_8), endpoint);
        } finally {
            posix.close(fd);
        }
    }
}
