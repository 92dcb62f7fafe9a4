package dev.prefork.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * Writes lines in their order, on a thread of its own. A pipe that is not read is full after 64 KiB, and from then on write(2)
 * blocks: no thread of a master may do that, least of all with the lock of a log handler or a stream in its hand. O_NONBLOCK
 * would not do, since it belongs to the open file description, which workers share; see fcntl(2).
 *
 * <p>What finds no room is dropped, counted, and reported once half of the rest has been written. So is what cannot be written,
 * because the reader is gone (EPIPE) or the file system is full.
 *
 * <p>Threading: any thread may write to its streams and ask; none of them waits, but for {@link #awaitWritten}.
 */
public final class LogWriter {
    /** More than a master has to say in a bad hour, and no more memory than it can spare. */
    private static final int MOST_LINES = 8192;

    private static final int MOST_BYTES = 1 << 20;

    /** Some rounds of reading what workers write. Beyond that it is the pipes that hold it. */
    private static final int MOST_OF_WORKERS = 1 << 18;

    private static final long LONGEST_WAIT = Duration.ofSeconds(3).toNanos();

    /** A reader that took nothing for so long is not going to. */
    private static final long STUCK = Duration.ofSeconds(1).toNanos();

    /** A reader that is slower than a flood of lines would else be told of it all the time. */
    private static final long BETWEEN_REPORTS = Duration.ofSeconds(1).toNanos();

    private static final long RETRY = Duration.ofMillis(50).toNanos();

    private final Deque<Chunk> queue = new ArrayDeque<>();
    private final List<LineStream> streams = new ArrayList<>();
    private final LongConsumer onFlow;
    private final Thread thread = new Thread(this::run, "prefork-log");
    private final WorkerLines workerLines = new WorkerLines(this);
    private int lines;
    private int bytes;

    /** Of those, what workers wrote. */
    private int workerBytes;

    private final WritableByteChannel out;
    private final WritableByteChannel err;

    /** When the last chunk was written, or the first of those that wait was put here. */
    private long progressAt;

    private boolean dropping;
    private long droppedSince;
    private OptionalLong reportedAt = OptionalLong.empty();
    private volatile long dropped;
    private volatile boolean closed;

    /** Whole lines of one stream. */
    record Chunk(WritableByteChannel to, byte[] text, int lines, Origin origin) {
        /** Who wrote them. */
        enum Origin {
            MASTER,
            WORKER
        }
    }

    /** @param onFlow is told on the writer's thread how many lines were dropped, when lines can be written again */
    LogWriter(LongConsumer onFlow) {
        this(
                new FileOutputStream(FileDescriptor.out).getChannel(),
                new FileOutputStream(FileDescriptor.err).getChannel(),
                onFlow);
    }

    /** The same with other channels for the lines of workers. */
    public LogWriter(WritableByteChannel out, WritableByteChannel err, LongConsumer onFlow) {
        this.out = out;
        this.err = err;
        this.onFlow = onFlow;
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Takes the place of this process' {@code System.out} and {@code System.err}. Must come before a log handler takes hold of
     * them. What was printed is written before the process exits, as far as it is read.
     *
     * @param onFlow is told how many lines were dropped, when lines can be written again
     */
    public static LogWriter ofThisProcess(LongConsumer onFlow) {
        LogWriter writer = new LogWriter(onFlow);
        System.setOut(writer.stream(writer.out, encoding("stdout")));
        System.setErr(writer.stream(writer.err, encoding("stderr")));
        Runtime.getRuntime().addShutdownHook(new Thread(writer::awaitWritten));
        return writer;
    }

    /** As the JVM chose it for the stream: in JDK 17 by a name of its own, and only for a terminal. */
    private static Charset encoding(String stream) {
        String own = System.getProperty("sun." + stream + ".encoding");
        String name = System.getProperty(stream + ".encoding", own);
        return name == null || !Charset.isSupported(name) ? Charset.defaultCharset() : Charset.forName(name);
    }

    /** The way in for what workers write. */
    public WorkerLines workerLines() {
        return workerLines;
    }

    WritableByteChannel of(WorkerLines.Stream stream) {
        return stream == WorkerLines.Stream.STDERR ? err : out;
    }

    /** False without room: nothing is taken then. They have their own, so that they never displace the master's lines. */
    synchronized boolean offer(Chunk chunk) {
        if (workerBytes >= MOST_OF_WORKERS) {
            return false;
        }
        add(chunk);
        return true;
    }

    synchronized boolean hasRoom() {
        return workerBytes < MOST_OF_WORKERS;
    }

    synchronized void awaitRoom(long nanos) throws InterruptedException {
        if (!hasRoom()) {
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
        }
    }

    /** Another way in: whole lines that are printed here are written to {@code sink}, which may block. */
    PrintStream stream(WritableByteChannel sink, Charset charset) {
        LineStream lineStream = new LineStream(this, sink);
        synchronized (this) {
            streams.add(lineStream);
        }
        return new PrintStream(lineStream, true, charset);
    }

    /** How many lines were dropped so far. */
    public long dropped() {
        return dropped;
    }

    /**
     * Waits until all that was printed is written; gives up when nothing could be written for a second, and after three in any
     * case.
     */
    public boolean awaitWritten() {
        List<LineStream> ending;
        synchronized (this) {
            ending = List.copyOf(streams);
        }
        ending.forEach(LineStream::end);
        return awaitEmpty(System.nanoTime() + LONGEST_WAIT);
    }

    private synchronized boolean awaitEmpty(long deadline) {
        while (!queue.isEmpty()) {
            long now = System.nanoTime();
            long left = Math.min(deadline, progressAt + STUCK) - now;
            if (left <= 0) {
                return false;
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, TimeUnit.MILLISECONDS.toNanos(1)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    synchronized void put(Chunk chunk) {
        boolean fits = lines + chunk.lines <= MOST_LINES && bytes - workerBytes + chunk.text.length <= MOST_BYTES;
        if (dropping || !fits && !queue.isEmpty()) {
            dropping = true;
            drop(chunk);
            return;
        }
        add(chunk);
    }

    private void add(Chunk chunk) {
        if (queue.isEmpty()) {
            progressAt = System.nanoTime();
        }
        queue.add(chunk);
        count(chunk, 1);
        notifyAll();
    }

    private void count(Chunk chunk, int sign) {
        bytes += sign * chunk.text.length;
        if (chunk.origin == Chunk.Origin.WORKER) {
            workerBytes += sign * chunk.text.length;
        } else {
            lines += sign * chunk.lines;
        }
    }

    synchronized void drop(Chunk chunk) {
        droppedSince += chunk.lines;
        dropped += chunk.lines;
    }

    /** Ends the thread, also one that waits for a reader; that closes the sink. */
    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join();
    }

    private void run() {
        while (!closed) {
            try {
                writeNext();
            } catch (InterruptedException e) {
                closed = true;
            } catch (RuntimeException | Error e) {
                // It may end the process, and the reason of that is to be read in the log.
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
                LockSupport.parkNanos(RETRY);
            }
        }
    }

    private void writeNext() throws InterruptedException {
        Chunk next = first();
        boolean written = write(next);
        if (!written) {
            drop(next);
        }
        long lost = done(next, written);
        if (lost > 0) {
            onFlow.accept(lost);
        }
    }

    /** It stays in the queue until it is written, so that an empty queue means that all is. */
    private synchronized Chunk first() throws InterruptedException {
        while (queue.isEmpty()) {
            wait();
        }
        return queue.peek();
    }

    /** False if it cannot be written, now or ever. */
    private static boolean write(Chunk chunk) {
        ByteBuffer left = ByteBuffer.wrap(chunk.text);
        try {
            while (left.hasRemaining()) {
                // Nothing is written where another process has set O_NONBLOCK on the description that we share.
                if (chunk.to.write(left) == 0) {
                    LockSupport.parkNanos(RETRY);
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns how many dropped lines are to be reported now. */
    private synchronized long done(Chunk chunk, boolean written) {
        queue.remove();
        count(chunk, -1);
        progressAt = System.nanoTime();
        notifyAll();
        if (lines > MOST_LINES / 2 || bytes - workerBytes > MOST_BYTES / 2 || workerBytes > MOST_OF_WORKERS / 2) {
            return 0;
        }
        dropping = false;
        if (!written) {
            return 0;
        }
        long now = System.nanoTime();
        if (droppedSince == 0 || reportedAt.isPresent() && now - reportedAt.getAsLong() < BETWEEN_REPORTS) {
            return 0;
        }
        reportedAt = OptionalLong.of(now);
        long lost = droppedSince;
        droppedSince = 0;
        return lost;
    }
}
