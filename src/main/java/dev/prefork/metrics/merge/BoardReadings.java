package dev.prefork.metrics.merge;

import dev.prefork.board.BoardReader;
import dev.prefork.handoff.Variables;
import dev.prefork.master.InheritedDescriptor;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import dev.prefork.supervise.Snapshot;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The boards of all workers: one for each, which is read at a scrape, and a last time when the worker has ended. So a
 * scrape never waits for a worker, and what a worker wrote before it was killed is not lost.
 *
 * <p>Threading: workers come and go on the master's thread, any thread may read.
 */
public final class BoardReadings
        implements InheritedDescriptor, ReportListener.Selective, Scrape.WorkerSource, AutoCloseable {
    /** A worker writes once a second; whose last word is older does not run. */
    private static final Duration STALE = Duration.ofSeconds(3);

    /** What Quarkus' Micrometer extension calls the requests that an HTTP server has answered. */
    private static final String REQUESTS = "http_server_requests_seconds";

    private final Posix posix;
    private final Merger merger;
    private final Consumer<String> log;
    private final Expectation expectation;
    private final Executor aside;

    /** By pid. */
    private final Map<Integer, Board> boards = new ConcurrentHashMap<>();

    /** Those of workers that have ended, until they are read for the last time. */
    private final Set<Board> ending = ConcurrentHashMap.newKeySet();

    /** Held while a board is read, so that there is only one text at a time that is not merged yet. */
    private final Object reading = new Object();

    private int made;
    private Optional<BoardReader> next = Optional.empty();
    private boolean saidImpossible;

    /**
     * @param merger takes what is read, and its rejects what cannot be
     * @param log is given a line when there can be no boards here
     * @param aside reads what ended workers have left, in their order: a board may be long, and the master's loop has no time
     */
    public BoardReadings(Posix posix, Merger merger, Expectation expectation, Consumer<String> log, Executor aside) {
        this.aside = aside;
        this.posix = posix;
        this.expectation = expectation;
        this.merger = merger;
        this.log = log;
    }

    /** Who is missed when nothing stands on the board. */
    public enum Expectation {
        /** Every worker: they are this program. */
        ALL,
        /** Only those that have written before: others know nothing of boards. */
        WRITERS
    }

    /** What a worker's board said. */
    private enum State {
        /** Nothing so far. */
        EMPTY,
        /** Something, but not lately, or nothing that can be read. */
        STALE,
        FRESH
    }

    @Override
    public String variable() {
        return Variables.BOARD;
    }

    @Override
    public OptionalInt descriptorFor(int slot) {
        next.ifPresent(BoardReader::close);
        next = Optional.empty();
        try {
            next = Optional.of(BoardReader.open(posix));
        } catch (ErrnoException e) {
            if (!saidImpossible) {
                saidImpossible = true;
                log.accept("cannot create the memory for workers' metrics, so they are missing: " + e.getMessage());
            }
        }
        return next.map(board -> OptionalInt.of(board.descriptor())).orElse(OptionalInt.empty());
    }

    @Override
    public void on(Report.WorkerStarted started) {
        next.ifPresent(reader -> boards.put(started.pid(), new Board(started.slot(), ++made, reader)));
        next = Optional.empty();
    }

    @Override
    public void on(Report.WorkerExited exited) {
        Board board = boards.remove(exited.pid());
        if (board != null) {
            ending.add(board);
            aside.execute(() -> {
                board.finish();
                ending.remove(board);
            });
        }
    }

    @Override
    public Scrape.Counts refresh(List<Snapshot.Worker> ready) {
        Map<Integer, State> states = new HashMap<>();
        // Those on their way out too: they still finish requests, and count them.
        boards.forEach((pid, board) -> states.put(pid, board.refresh(System.nanoTime())));
        ending.forEach(board -> board.refresh(System.nanoTime()));
        int merged = 0;
        int missing = 0;
        for (Snapshot.Worker worker : ready) {
            State state = states.getOrDefault(worker.pid().orElse(0), State.EMPTY);
            merged += state == State.FRESH ? 1 : 0;
            missing += state == State.STALE || state == State.EMPTY && expectation == Expectation.ALL ? 1 : 0;
        }
        return new Scrape.Counts(merged, missing);
    }

    /**
     * By pid, how many requests each worker that lives has answered so far, as far as it says so. Beside the merging: what is read here is
     * merged at the next scrape all the same.
     */
    public Map<Integer, Double> requests() {
        Map<Integer, Double> requests = new HashMap<>();
        boards.forEach((pid, board) -> board.requests().ifPresent(count -> requests.put(pid, count)));
        return requests;
    }

    @Override
    public void close() {
        next.ifPresent(BoardReader::close);
        next = Optional.empty();
        boards.values().forEach(Board::close);
        boards.clear();
        ending.forEach(Board::close);
    }

    /** One worker's. */
    private final class Board {
        private final int slot;
        private final int source;
        private final BoardReader reader;
        private long turn;
        private boolean closed;

        /** @param source no pid: one may come again while the board of the last worker that had it is still read */
        Board(int slot, int source, BoardReader reader) {
            this.slot = slot;
            this.source = source;
            this.reader = reader;
        }

        synchronized State refresh(long now) {
            if (closed) {
                return State.EMPTY;
            }
            try {
                synchronized (reading) {
                    return reader.read(merger.shownByOne())
                            .map(text -> take(text, now))
                            .orElse(State.EMPTY);
                }
            } catch (RuntimeException | OutOfMemoryError e) {
                // A worker that asks for all the memory there is must harm only itself.
                merger.rejects()
                        .count(
                                Rejects.Reason.GARBAGE,
                                "worker " + slot + "'s metrics cannot be read and are left out: " + e.getMessage());
                return State.STALE;
            }
        }

        synchronized OptionalDouble requests() {
            try {
                Optional<BoardReader.Text> text = closed ? Optional.empty() : reader.read(merger.shownByOne());
                return text.map(each -> each.exposition().count(REQUESTS)).orElse(OptionalDouble.empty());
            } catch (RuntimeException garbage) {
                // The next scrape counts it.
                return OptionalDouble.empty();
            }
        }

        private State take(BoardReader.Text text, long now) {
            if (text.turn() != turn) {
                merger.observe(slot, source, text.nanos(), text.exposition());
                merger.leftOut(slot, text.leftOut());
                // Only now: what could not be merged is tried again.
                turn = text.turn();
            }
            return now - text.nanos() > STALE.toNanos() ? State.STALE : State.FRESH;
        }

        synchronized void finish() {
            try {
                refresh(0);
            } finally {
                merger.retire(source);
                close();
            }
        }

        synchronized void close() {
            if (!closed) {
                closed = true;
                reader.close();
            }
        }
    }
}
