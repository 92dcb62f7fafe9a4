package dev.prefork.metrics.merge;

import static dev.prefork.metrics.merge.Expositions.counter;
import static dev.prefork.metrics.merge.Expositions.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.board.BoardWriter;
import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.Kind;
import dev.prefork.os.Posix;
import dev.prefork.os.WaitStatus;
import dev.prefork.supervise.Exit;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.StartReason;
import dev.prefork.supervise.WorkerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With real boards and real writers; only the workers' processes are missing. */
class BoardReadingsTest {
    private static final long LONG_AGO = Duration.ofMinutes(10).toNanos();

    private final Posix posix = Posix.system();
    private final int openBefore = boardsOpen();
    private final List<String> said = new ArrayList<>();
    private final Rejects rejects = new Rejects(said::add);
    private Merger merger = merger(Merger.Grouping.MERGED);
    private BoardReadings boards = boards(BoardReadings.Expectation.ALL);

    private Merger merger(Merger.Grouping grouping) {
        return new Merger(GaugeRules.of(List.of()), grouping, Expositions.limits(1000), rejects);
    }

    private BoardReadings boards(BoardReadings.Expectation expectation) {
        return new BoardReadings(posix, merger, expectation, said::add, Runnable::run);
    }

    @AfterEach
    void close() {
        boards.close();
        assertThat(boardsOpen()).isEqualTo(openBefore);
    }

    /** This process' descriptors of boards, as /proc names them. */
    private static int boardsOpen() {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            return (int) entries.filter(BoardReadingsTest::isBoard).count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static boolean isBoard(Path entry) {
        try {
            return Files.readSymbolicLink(entry).toString().contains("prefork-board");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private BoardWriter start(int slot, int pid) {
        BoardWriter writer = new BoardWriter(posix, boards.descriptorFor(slot).orElseThrow());
        boards.on(new Report.WorkerStarted(slot, pid, StartReason.BOOT, OptionalInt.empty()));
        return writer;
    }

    private void exit(int slot, int pid) {
        boards.on(new Report.WorkerExited(
                slot, pid, new Exit(new WaitStatus.Signaled(9, false), Exit.Cause.SIGNAL, false), 0));
    }

    private static Snapshot.Worker ready(int slot, int pid) {
        return new Snapshot.Worker(slot, OptionalInt.of(pid), Optional.of(WorkerState.READY), 0, Optional.empty());
    }

    private double counted() {
        double[] numbers = numbers(merger.merged(), "a_total");
        return numbers.length == 0 ? 0 : numbers[0];
    }

    @Test
    void requestsAreReadForEachWorkerAndMergedAllTheSame() {
        BoardWriter one = start(0, 100);
        start(1, 101);
        one.write(
                Expositions.of(Kind.SUMMARY, "http_server_requests_seconds", 17, 0.5)
                        .and(Kind.COUNTER, "a_total", 5)
                        .build(),
                System.nanoTime());

        assertThat(boards.requests()).isEqualTo(Map.of(100, 17.0));
        boards.refresh(List.of(ready(0, 100), ready(1, 101)));
        assertThat(counted()).as("not taken away from the scrape").isEqualTo(5);
        exit(0, 100);
        assertThat(boards.requests()).isEmpty();
    }

    @Test
    void whatAWorkerWroteLastSurvivesItsEnd() {
        BoardWriter one = start(0, 100);
        BoardWriter other = start(1, 101);
        one.write(counter("a_total", 5), System.nanoTime());
        other.write(counter("a_total", 7), System.nanoTime());
        boards.refresh(List.of(ready(0, 100), ready(1, 101)));
        assertThat(counted()).isEqualTo(12);

        one.write(counter("a_total", 6), System.nanoTime());
        exit(0, 100);
        assertThat(counted()).as("read a last time").isEqualTo(13);
        exit(0, 100);
        start(0, 102).write(counter("a_total", 1), System.nanoTime());
        boards.refresh(List.of());
        assertThat(counted()).isEqualTo(14);
        assertThat(boardsOpen()).isEqualTo(openBefore + 2);
    }

    @Test
    void aWorkerThatEndsUnreadAndOneThatWroteNothingAreNoTrouble() {
        start(0, 100).write(counter("a_total", 5), System.nanoTime());
        start(1, 101);
        exit(0, 100);
        exit(1, 101);
        exit(2, 102);
        assertThat(counted()).isEqualTo(5);
        assertThat(said).isEmpty();
    }

    @Test
    void aWorkerThatCouldNotBeStartedLeavesNothing() {
        for (int attempt = 0; attempt < 50; attempt++) {
            assertThat(boards.descriptorFor(0)).isPresent();
            boards.on(new Report.WorkerNotStarted(0, "no"));
            assertThat(boardsOpen()).isLessThanOrEqualTo(openBefore + 1);
        }
        start(0, 100).write(counter("a_total", 5), System.nanoTime());
        boards.refresh(List.of(ready(0, 100)));
        assertThat(counted()).isEqualTo(5);
        assertThat(boardsOpen()).isEqualTo(openBefore + 1);
    }

    @ParameterizedTest
    @EnumSource(BoardReadings.Expectation.class)
    void onlyWhoWroteLatelyIsThereAndWhoNeverDidIsMissedWhereAllMust(BoardReadings.Expectation expectation) {
        boards = boards(expectation);
        start(0, 100).write(counter("a_total", 1), System.nanoTime());
        start(1, 101).write(counter("a_total", 2), System.nanoTime() - LONG_AGO);
        start(2, 102);
        List<Snapshot.Worker> ready = List.of(ready(0, 100), ready(1, 101), ready(2, 102), ready(3, 103));

        int silent = expectation == BoardReadings.Expectation.ALL ? 2 : 0;
        assertThat(boards.refresh(ready)).isEqualTo(new Scrape.Counts(1, 1 + silent));
        assertThat(counted()).as("the stale one's still count").isEqualTo(3);
    }

    @Test
    void aReadyWorkerWithoutAPidIsMissedAsAnyOther() {
        Snapshot.Worker empty = new Snapshot.Worker(0, OptionalInt.empty(), Optional.empty(), 0, Optional.empty());
        assertThat(boards.refresh(List.of(empty))).isEqualTo(new Scrape.Counts(0, 1));
    }

    @Test
    void aWorkerOnItsWayOutIsStillRead() {
        BoardWriter writer = start(0, 100);
        writer.write(counter("a_total", 5), System.nanoTime());
        assertThat(boards.refresh(List.of())).isEqualTo(new Scrape.Counts(0, 0));
        assertThat(counted()).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(BoardReadings.Expectation.class)
    void garbageIsCountedOnceALookAndHarmsNobodyElse(BoardReadings.Expectation expectation) {
        boards = boards(expectation);
        start(0, 100).write(counter("a_total", 5), System.nanoTime());
        BoardWriter liar = start(1, 101);
        liar.write(counter("a_total", 7), System.nanoTime());
        boards.refresh(List.of());
        liar.write(counter("a b\nprefork_worker_up 1\nc", 7), System.nanoTime());

        List<Snapshot.Worker> ready = List.of(ready(0, 100), ready(1, 101));
        assertThat(boards.refresh(ready)).isEqualTo(new Scrape.Counts(1, 1));
        assertThat(rejects.of(Rejects.Reason.GARBAGE)).isEqualTo(1);
        assertThat(boards.refresh(ready)).isEqualTo(new Scrape.Counts(1, 1));
        assertThat(rejects.of(Rejects.Reason.GARBAGE)).isEqualTo(2);
        assertThat(said).singleElement().asString().startsWith("worker 1's metrics cannot be read and are left out: ");
        assertThat(counted()).as("what it wrote before still counts").isEqualTo(12);
        exit(1, 101);
        assertThat(counted()).isEqualTo(12);

        liarIsReplaced();
    }

    private void liarIsReplaced() {
        start(1, 102).write(counter("a_total", 1), System.nanoTime());
        assertThat(boards.refresh(List.of(ready(0, 100), ready(1, 102)))).isEqualTo(new Scrape.Counts(2, 0));
        assertThat(counted()).isEqualTo(13);
    }

    /** The master's thread reads the board of a worker that has ended: nothing that stands there may end the master. */
    @ParameterizedTest
    @ValueSource(
            strings = {"x", "x=", "x=\"", "x=\"1\",x=\"2\"", "b=\"1\",a=\"1\"", "x=\"1\"} 1\ny{z=\"1\"", "1=\"x\"", ","
            })
    void labelsThatAreNoneAreGarbageWhereWorkersAreToldApartToo(String labels) {
        merger = merger(Merger.Grouping.PER_WORKER);
        boards = boards(BoardReadings.Expectation.ALL);
        start(0, 100).write(counter("a_total", 5), System.nanoTime());
        Exposition lie = Expositions.of(Kind.COUNTER, "a_total", 1)
                .labelled(Kind.GAUGE, "g", labels, 1)
                .build();
        start(1, 101).write(lie, System.nanoTime());

        assertThat(boards.refresh(List.of(ready(0, 100), ready(1, 101)))).isEqualTo(new Scrape.Counts(1, 1));
        exit(1, 101);
        assertThat(numbers(merger.merged(), "a_total", "worker=\"0\"")).containsExactly(5);
        assertThat(merger.merged().shape().rows()).isEqualTo(1);
        assertThat(rejects.of(Rejects.Reason.GARBAGE)).isEqualTo(2);
    }

    @Test
    void whoeverReadsMeanwhileALastReadingIsNotUndone() throws InterruptedException {
        for (int pid = 100; pid < 200; pid++) {
            start(0, pid).write(counter("a_total", 1), System.nanoTime());
            Thread scrape = new Thread(() -> boards.refresh(List.of()));
            scrape.start();
            exit(0, pid);
            scrape.join();
            assertThat(counted()).isEqualTo(pid - 99);
        }
    }

    @Test
    void closingGivesBackAllDescriptors() {
        start(0, 100);
        start(1, 101);
        boards.descriptorFor(2);
        assertThat(boardsOpen()).isEqualTo(openBefore + 3);
        boards.close();
        assertThat(boardsOpen()).isEqualTo(openBefore);
        assertThat(boards.refresh(List.of(ready(0, 100)))).isEqualTo(new Scrape.Counts(0, 1));
    }

    /** The loop that reports a worker's end has no time for its board; a scrape in between has all its numbers. */
    @Test
    void aBoardIsReadForTheLastTimeByWhoeverHasTheTime() {
        List<Runnable> later = new ArrayList<>();
        try (BoardReadings patient =
                new BoardReadings(posix, merger, BoardReadings.Expectation.ALL, said::add, later::add)) {
            BoardWriter writer = new BoardWriter(posix, patient.descriptorFor(0).orElseThrow());
            patient.on(new Report.WorkerStarted(0, 100, StartReason.BOOT, OptionalInt.empty()));
            writer.write(counter("a_total", 5), System.nanoTime());
            patient.on(new Report.WorkerExited(
                    0, 100, new Exit(new WaitStatus.Signaled(9, false), Exit.Cause.SIGNAL, false), 0));
            assertThat(counted()).isZero();
            patient.refresh(List.of());
            assertThat(counted()).isEqualTo(5);

            BoardWriter next = new BoardWriter(posix, patient.descriptorFor(0).orElseThrow());
            patient.on(new Report.WorkerStarted(0, 100, StartReason.RECOVER, OptionalInt.of(100)));
            next.write(counter("a_total", 1), System.nanoTime());
            patient.refresh(List.of(ready(0, 100)));
            assertThat(counted()).as("the same pid, but another worker").isEqualTo(6);

            later.forEach(Runnable::run);
            patient.refresh(List.of(ready(0, 100)));
            assertThat(counted()).isEqualTo(6);
        }
    }
}
