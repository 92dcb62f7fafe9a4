package dev.prefork.output;

import dev.prefork.log.Entry;
import dev.prefork.log.EventName;
import dev.prefork.log.Log;
import dev.prefork.log.LogFormat;
import dev.prefork.log.WorkerLines;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Reads what workers write to their standard streams, and writes it on line by line, each with the worker's name. One thread reads all
 * pipes (poll(2)); it begins when reading is switched on, and without it workers inherit the streams. While the master's own streams are not read it reads nothing either, unless lines are
 * to be dropped: what a worker writes then stays in its pipe, of 64 KiB, and when that is full its write(2) blocks.
 *
 * <p>A pipe is read to its end, which comes when no process has it any more. Of workers that are gone only so many are kept that other
 * processes, which they left behind, still have: the oldest is closed first.
 *
 * <p>Threading: workers are opened and forgotten on the master's thread; switched by any other, since a thread is started by that.
 */
public final class WorkerOutput implements AutoCloseable {
    /** As container runtimes cut lines. */
    static final int LONGEST_LINE = 16 * 1024;

    /** For the lines that all workers have begun together. */
    private static final int MOST_BEGUN = 1 << 22;

    private static final int SHORTEST_CUT = 1024;

    private static final String NOT_READ =
            "--log-tag: the thread that reads what workers write cannot be started, so that new workers write"
                    + " to the log themselves; raise the limit of processes (pids.max, RLIMIT_NPROC) and reload: ";

    /** Pipes of workers that are gone, which processes of theirs hold. */
    static final int MOST_LEFT = 32;

    private static final int BUFFER = 1 << 16;

    /** A pipe holds as much as one of them takes, but its size may have been changed. */
    private static final int MOST_READS = 4;

    /** For each pipe, before they are looked at again: poll(2) looks at all of them. */
    private static final long REST = 5_000;

    private static final long LONGEST_REST = Duration.ofMillis(10).toNanos();
    private static final long LOOK = Duration.ofMillis(500).toNanos();

    /** After poll(2) itself has failed: ENOMEM, or EINVAL for more descriptors than RLIMIT_NOFILE. */
    private static final long PAUSE = Duration.ofSeconds(1).toNanos();

    /** For the last lines, once the workers have ended. */
    private static final Duration LAST_LINES = Duration.ofSeconds(1);

    private final Posix posix;
    private final WorkerLines lines;
    private final Supplier<LogFormat> format;
    /** What the master's thread has to say about workers, in order: a pid may come again. */
    private final Queue<Runnable> changes = new ConcurrentLinkedQueue<>();

    /** Standard errors of workers that are not forgotten, by pid; the master's thread alone changes them. */
    private final Map<Integer, WorkerStream> errors = new ConcurrentHashMap<>();

    /** The reading thread's, and after its end those of the one that closes; as is what follows. */
    private final List<WorkerStream> streams = new ArrayList<>();

    private final Set<Integer> gone = new HashSet<>();

    private final int[] wake;
    private volatile boolean on;
    private volatile boolean closing;
    private int first;
    private final Log log;
    private final ThreadFactory threads;
    /** Guarded by this object, as is the next one. */
    private Thread thread;

    private boolean failed;

    /**
     * @param lines where they go
     * @param format in which to write the next line
     * @param log is told if nothing can be read
     */
    public WorkerOutput(Posix posix, WorkerLines lines, Supplier<LogFormat> format, Log log) {
        this(posix, lines, format, log, task -> new Thread(task, "prefork-output"));
    }

    WorkerOutput(Posix posix, WorkerLines lines, Supplier<LogFormat> format, Log log, ThreadFactory threads) {
        this.posix = posix;
        this.lines = lines;
        this.format = format;
        this.log = log;
        this.threads = threads;
        this.wake = posix.socketPair();
    }

    /**
     * Whether workers that are started from now on are read. Where the thread for that cannot be started they are not: their pipes would
     * be full soon. It is tried again the next time.
     */
    public synchronized void read(boolean next) {
        on = next && (thread != null || begin());
    }

    private boolean begin() {
        try {
            Thread reader = threads.newThread(this::run);
            reader.setDaemon(true);
            reader.start();
            thread = reader;
            failed = false;
            return true;
        } catch (OutOfMemoryError e) {
            // A reload that is refused tries twice.
            if (!failed) {
                failed = true;
                log.warn(EventName.SETTINGS_WARNING, NOT_READ + e.getMessage());
            }
            return false;
        }
    }

    /** What to give to a worker that is about to be started in this slot. */
    public Capture open(int slot) {
        return on ? Capture.open(posix, (pid, fd, stream) -> read(slot, pid, fd, stream)) : Capture.none(posix);
    }

    private void read(int slot, int pid, int fd, WorkerLines.Stream stream) {
        // The master's thread reads as well, and must never wait. The flag belongs to this end alone; see pipe(7).
        posix.setNonBlocking(fd, true);
        WorkerStream read = new WorkerStream(fd, new Entry.Worker(OptionalInt.of(slot), OptionalInt.of(pid)), stream);
        if (read.isErrors()) {
            errors.put(pid, read);
        }
        changes.add(() -> {
            gone.remove(pid);
            streams.add(read);
        });
        wakeUp();
    }

    /** The worker and its group are gone: its pipes are read to their end, and given up if that does not come. */
    public void forget(int pid) {
        if (errors.remove(pid) == null) {
            // It inherits the master's streams.
            return;
        }
        changes.add(() -> gone.add(pid));
        wakeUp();
    }

    /**
     * The last line that the worker wrote to its standard error, which has ended. What is still in its pipe is read for that, and
     * waits for nothing.
     */
    public Optional<String> lastError(int pid) {
        return Optional.ofNullable(errors.get(pid)).map(this::lastLine).filter(line -> !line.isEmpty());
    }

    private String lastLine(WorkerStream stream) {
        byte[] buffer = new byte[BUFFER];
        for (int i = 0; i < MOST_READS && stream.read(posix, buffer) > 0; i++) {
            Thread.onSpinWait();
        }
        // What was read here is to be written on, and does not wake the thread that does so.
        wakeUp();
        return stream.lastLine();
    }

    private void change() {
        for (Runnable next = changes.poll(); next != null; next = changes.poll()) {
            next.run();
        }
    }

    private void run() {
        byte[] buffer = new byte[BUFFER];
        try {
            while (!closing) {
                turn(buffer, OptionalLong.empty());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether anything was read. */
    private boolean turn(byte[] buffer, OptionalLong nanos) throws InterruptedException {
        change();
        boolean passed = passAll();
        List<Integer> fds = new ArrayList<>(List.of(wake[1]));
        retire(buffer);
        streams.stream().filter(WorkerStream::isOpen).forEach(stream -> fds.add(stream.fd()));
        if (!passed) {
            lines.awaitRoom(LOOK);
            return true;
        }
        List<Integer> readable = awaitReadable(nanos, fds);
        if (readable.contains(wake[1])) {
            posix.read(wake[1], buffer);
        }
        int most = read(new HashSet<>(readable), buffer);
        if (most < BUFFER / 2 && !closing) {
            LockSupport.parkNanos(this, Math.min(LONGEST_REST, REST * fds.size()));
        }
        return most > 0;
    }

    /** No other thread reads: where poll(2) fails, this one goes on later, or workers would wait for ever. */
    private List<Integer> awaitReadable(OptionalLong nanos, List<Integer> fds) {
        try {
            return posix.awaitReadable(nanos, fds);
        } catch (ErrnoException e) {
            if (!closing) {
                LockSupport.parkNanos(this, PAUSE);
            }
            return List.of();
        }
    }

    /** As long as there is room. Returns how much one of them had. */
    private int read(Set<Integer> readable, byte[] buffer) {
        int most = 0;
        for (WorkerStream stream : inTurn()) {
            if (readable.contains(stream.fd())) {
                most = Math.max(most, stream.read(posix, buffer));
                if (!stream.pass(lines, format.get(), longest())) {
                    return most;
                }
            }
        }
        return most;
    }

    /** False if there is no room for all that has been read. */
    private boolean passAll() {
        for (WorkerStream stream : inTurn()) {
            if (!stream.pass(lines, format.get(), longest())) {
                return false;
            }
        }
        return lines.hasRoom();
    }

    /** Another first in each turn, so that one that writes without end does not take the room of the others. */
    private List<WorkerStream> inTurn() {
        List<WorkerStream> all = new ArrayList<>(streams);
        Collections.rotate(all, -first);
        first = all.isEmpty() ? 0 : (first + 1) % all.size();
        return all;
    }

    private int longest() {
        return Math.max(SHORTEST_CUT, Math.min(LONGEST_LINE, MOST_BEGUN / Math.max(1, streams.size())));
    }

    /** Closes what is at its end, and the oldest of those that workers left to others. */
    private void retire(byte[] buffer) {
        List<WorkerStream> left = new ArrayList<>();
        for (WorkerStream stream : streams) {
            if (stream.isDone()) {
                stream.close(posix);
            } else if (gone.contains(stream.pid())) {
                left.add(stream);
            }
        }
        left.subList(0, Math.max(0, left.size() - MOST_LEFT)).forEach(stream -> giveUp(stream, buffer));
        // Until then it is known what it wrote last.
        streams.removeIf(stream -> stream.isDone() && gone.contains(stream.pid()));
        gone.removeIf(pid -> streams.stream().noneMatch(stream -> stream.pid() == pid));
    }

    /** What is there is passed on, or, without room, dropped: nothing that is closed takes memory. */
    private void giveUp(WorkerStream stream, byte[] buffer) {
        stream.read(posix, buffer);
        stream.close(posix);
        if (!stream.pass(lines, format.get(), longest())) {
            lines.dropped(stream.discard());
        }
    }

    private void wakeUp() {
        try {
            posix.send(wake[0], new byte[1]);
        } catch (ErrnoException e) {
            // A full buffer wakes as well.
            return;
        }
    }

    /** Reads and writes on what is left, for a second at most. */
    @Override
    public void close() {
        closing = true;
        wakeUp();
        Thread reader = reader();
        try {
            if (reader != null) {
                LockSupport.unpark(reader);
                reader.join();
            }
            drain(System.nanoTime() + LAST_LINES.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            byte[] buffer = new byte[BUFFER];
            change();
            streams.forEach(stream -> giveUp(stream, buffer));
            streams.clear();
            posix.close(wake[0]);
            posix.close(wake[1]);
        }
    }

    private synchronized Thread reader() {
        return thread;
    }

    private void drain(long deadline) throws InterruptedException {
        byte[] buffer = new byte[BUFFER];
        while (System.nanoTime() < deadline && turn(buffer, OptionalLong.of(0))) {
            Thread.onSpinWait();
        }
    }
}
