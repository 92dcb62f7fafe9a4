package dev.prefork.notify;

import dev.prefork.os.Datagram;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.LongStream;
import jnr.constants.platform.Errno;

/**
 * The master's ends of sd_notify(3), one for each worker: the socket tells whose message it is when its sender is gone before it
 * could be looked up.
 *
 * <p>A flood is cheap and starves none. Each worker may send so much; beyond, what is read at one time from one sender is
 * merged into a single message, which loses neither READY=1 nor a heartbeat, and the socket is left alone for a moment: meanwhile
 * its queue fills, and the kernel makes the senders wait. All others are read as ever.
 *
 * <p>Threading: one thread, the master's, opens and gives up; another one receives, and closes what is no longer needed, so that
 * no number is closed, and reused, while it is polled; any may close all.
 */
public final class NotifySockets implements AutoCloseable {
    /** Read from one socket before the next has its turn; fewer from each the more are flooded, but so many at least. */
    static final int AT_A_TIME = 64;

    private static final int AT_LEAST = 8;

    /**
     * Of processes that are looked up in /proc at one time: a flood from ever new ones is the most expensive. An honest worker
     * has not so many that send something at the same moment.
     */
    private static final int SENDERS = 16;

    /** For each socket that is flooded, so that many of them cost no more than a few. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    /**
     * For each socket, before they are looked at again: poll(2) looks at all of them, however few have something, so that a
     * thousand workers that are started, or send heartbeats, would take a core.
     */
    private static final Duration REST = Duration.ofNanos(10_000);

    private static final Duration LONGEST_REST = Duration.ofMillis(50);

    /** Shorter than any watchdog's patience. */
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    /** The worker of a socket that none was started with. */
    private static final int UNUSED = 0;

    private final Posix posix;
    private final Duration rest;

    /** At most, however many there are. */
    private final Duration longestRest;

    /** The thread that rests, which closing ends. */
    private volatile Thread resting;

    /** Those that the receiving thread has not seen yet. */
    private final Queue<NotifySocket> arriving = new ConcurrentLinkedQueue<>();

    /** Those that are read; for the thread that holds {@link #reading}. */
    private final List<NotifySocket> sockets = new ArrayList<>();

    /** Those that have been opened since the opener last gave one up. */
    private final List<NotifySocket> opened = new ArrayList<>();

    private final Map<Integer, NotifySocket> ofWorkers = new HashMap<>();

    /** A connected pair: what is sent into the one end ends the wait at the other. */
    private final int[] wake;

    /** Held while a thread receives. */
    private final ReentrantLock reading = new ReentrantLock();

    private volatile boolean closed;
    private volatile long merged;

    /** @param rest for each socket, before they are looked at again */
    NotifySockets(Posix posix, Duration rest, Duration longestRest) {
        this.posix = posix;
        this.rest = rest;
        this.longestRest = longestRest;
        this.wake = posix.socketPair();
    }

    /** A message, whose socket it came to, and who sent it. */
    public record Received(NotifySocket socket, Sender sender, Notification notification) {}

    public static NotifySockets open(Posix posix) {
        return new NotifySockets(posix, REST, LONGEST_REST);
    }

    /** Opens the one for a worker that is about to be started in this slot. */
    public NotifySocket openFor(int slot) {
        NotifySocket socket = NotifySocket.open(posix, slot);
        opened.add(socket);
        arriving.add(socket);
        wakeUp();
        return socket;
    }

    /** Gives up the worker's; with it those that no worker was started with, so far. For the thread that opens. */
    public void giveUp(int worker) {
        List<NotifySocket> done = new ArrayList<>();
        for (NotifySocket socket : opened) {
            if (socket.worker() == UNUSED) {
                done.add(socket);
            } else {
                ofWorkers.put(socket.worker(), socket);
            }
        }
        opened.clear();
        Optional.ofNullable(ofWorkers.remove(worker)).ifPresent(done::add);
        done.forEach(NotifySocket::retire);
        if (!done.isEmpty()) {
            wakeUp();
        }
    }

    /** Gives up those that no worker was started with. For the thread that opens, while it starts none. */
    public void giveUpUnused() {
        giveUp(UNUSED);
    }

    /** How many messages have been read that were merged into others. */
    public long merged() {
        return merged;
    }

    /** Waits for messages, or for another reason to look again, with which there are none; empty once all is closed. */
    public Optional<List<Received>> receive() {
        reading.lock();
        try {
            if (closed) {
                return Optional.empty();
            }
            takeArriving();
            sockets.removeIf(NotifySocket::closeIfDone);
            rest();
            return Optional.of(read(awaitAny()));
        } finally {
            reading.unlock();
        }
    }

    private void rest() {
        long nanos = Math.min(sockets.size() * rest.toNanos(), longestRest.toNanos());
        resting = Thread.currentThread();
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !closed; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
        resting = null;
    }

    private void takeArriving() {
        for (NotifySocket socket = arriving.poll(); socket != null; socket = arriving.poll()) {
            sockets.add(socket);
        }
    }

    private List<NotifySocket> awaitAny() {
        long now = System.nanoTime();
        List<NotifySocket> heard =
                sockets.stream().filter(socket -> socket.pauseLeft(now) == 0).toList();
        List<Integer> fds = new ArrayList<>(List.of(wake[1]));
        heard.forEach(socket -> fds.add(socket.fd()));
        LongStream pauses =
                sockets.stream().mapToLong(socket -> socket.pauseLeft(now)).filter(left -> left > 0);
        List<Integer> readable = posix.awaitReadable(pauses.min(), fds);
        if (readable.contains(wake[1])) {
            posix.read(wake[1], new byte[AT_A_TIME]);
        }
        return heard.stream()
                .filter(socket -> readable.contains(socket.fd()) && !socket.isDone())
                .toList();
    }

    private List<Received> read(List<NotifySocket> readable) {
        List<Received> received = new ArrayList<>();
        long now = System.nanoTime();
        long flooded =
                sockets.stream().filter(socket -> socket.pauseLeft(now) > 0).count();
        for (NotifySocket socket : readable) {
            try {
                int most = (int) Math.max(AT_LEAST, AT_A_TIME / Math.max(1, flooded));
                if (!closed && readToTheLimit(socket, most, received, now)) {
                    flooded++;
                    socket.pause(now + Math.min(LONGEST_PAUSE.toNanos(), flooded * PAUSE.toNanos()));
                }
            } catch (RuntimeException e) {
                // What was read before is not lost with it; a failure that stays comes again.
                if (received.isEmpty()) {
                    throw e;
                }
                return received;
            }
        }
        return received;
    }

    /** Whether there was more than the worker is allowed. */
    private boolean readToTheLimit(NotifySocket socket, int most, List<Received> received, long now) {
        Map<Integer, Sender> senders = new HashMap<>();
        Map<Sender, Notification> beyond = new LinkedHashMap<>();
        try {
            for (int i = 0; i < most && senders.size() < SENDERS; i++) {
                Optional<Datagram> datagram = socket.next();
                if (datagram.isEmpty()) {
                    break;
                }
                int pid = datagram.get().pid();
                Sender sender = senders.computeIfAbsent(pid, unknown -> Sender.lookUp(posix, pid, socket.worker()));
                boolean alone = socket.mayBeHeardAlone(now);
                // What will be refused is not read: it only has to be known that there was something.
                boolean refused = !alone && sender.isForeignTo(socket.worker());
                Notification notification = refused
                        ? Notification.NOTHING
                        : Notification.parse(datagram.get().payload());
                if (alone) {
                    received.add(new Received(socket, sender, notification));
                } else {
                    beyond.merge(sender, notification, Notification::and);
                    merged++;
                }
            }
        } finally {
            beyond.forEach((sender, all) -> received.add(new Received(socket, sender, all)));
        }
        return !beyond.isEmpty() || senders.size() >= SENDERS;
    }

    private void wakeUp() {
        try {
            posix.send(wake[0], new byte[1]);
        } catch (ErrnoException e) {
            // A full buffer wakes as well.
            if (e.errno() != Errno.EAGAIN) {
                throw e;
            }
        }
    }

    /** Wakes the receiving thread and releases all sockets. May be called twice, and from any thread. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        wakeUp();
        LockSupport.unpark(resting);
        reading.lock();
        try {
            takeArriving();
            sockets.forEach(NotifySocket::close);
            sockets.clear();
            posix.close(wake[0]);
            posix.close(wake[1]);
        } finally {
            reading.unlock();
        }
    }
}
