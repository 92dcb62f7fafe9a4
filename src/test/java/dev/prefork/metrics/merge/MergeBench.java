package dev.prefork.metrics.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.board.BoardReader;
import dev.prefork.board.BoardWriter;
import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.ExpositionParser;
import dev.prefork.exposition.ExpositionWriter;
import dev.prefork.exposition.Family;
import dev.prefork.exposition.Format;
import dev.prefork.exposition.Kind;
import dev.prefork.exposition.Row;
import dev.prefork.exposition.Shape;
import dev.prefork.os.Posix;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What a scrape of many workers costs the master: CPU time of one thread to read, merge and write, once from boards and once
 * from the workers' text, in one run. Not part of the tests: {@code ./mvnw test -Dtest=MergeBench} prints the figures;
 * {@code -Dprefork.bench.workers} and {@code -Dprefork.bench.series} set the size.
 */
class MergeBench {
    private static final int WORKERS = Integer.getInteger("prefork.bench.workers", 64);
    private static final int SERIES = Integer.getInteger("prefork.bench.series", 1000);
    private static final int WARM_UP = 40;
    private static final int ROUNDS = 40;

    private final Posix posix = Posix.system();
    private final Random random = new Random(5);

    @Test
    void boardsAgainstText() {
        List<BoardReader> boards = new ArrayList<>();
        List<BoardWriter> writers = new ArrayList<>();
        for (int worker = 0; worker < WORKERS; worker++) {
            BoardReader board = BoardReader.open(posix);
            boards.add(board);
            writers.add(new BoardWriter(posix, board.descriptor()));
        }
        Merger fromBoards = merger();
        Merger fromText = merger();
        List<Double> boardMillis = new ArrayList<>();
        List<Double> textMillis = new ArrayList<>();
        for (int round = 0; round < WARM_UP + ROUNDS; round++) {
            List<byte[]> texts = new ArrayList<>();
            for (int worker = 0; worker < WORKERS; worker++) {
                Exposition exposition = exposition(round);
                assertThat(writers.get(worker).write(exposition, round)).isTrue();
                texts.add(ExpositionWriter.write(exposition, Format.PROMETHEUS));
            }
            double boardTime = cpuMillis(() -> {
                for (int worker = 0; worker < WORKERS; worker++) {
                    fromBoards.observe(
                            worker,
                            100 + worker,
                            boards.get(worker).read().orElseThrow().exposition());
                }
                return ExpositionWriter.write(fromBoards.merged(), Format.PROMETHEUS);
            });
            double textTime = cpuMillis(() -> {
                for (int worker = 0; worker < WORKERS; worker++) {
                    fromText.observe(
                            worker,
                            100 + worker,
                            ExpositionParser.parse(texts.get(worker), 100_000).exposition());
                }
                return ExpositionWriter.write(fromText.merged(), Format.PROMETHEUS);
            });
            if (round >= WARM_UP) {
                boardMillis.add(boardTime);
                textMillis.add(textTime);
            }
        }
        boards.forEach(BoardReader::close);
        assertThat(fromBoards.merged()).isEqualTo(fromText.merged());
        System.out.printf(
                Locale.ROOT,
                "%d workers x %d series, CPU of the master for one scrape (median of %d): from boards %.1f ms, from text"
                        + " %.1f ms, ratio %.1f%n",
                WORKERS,
                SERIES,
                ROUNDS,
                median(boardMillis),
                median(textMillis),
                median(textMillis) / median(boardMillis));
    }

    private static Merger merger() {
        return new Merger(
                GaugeRules.of(List.of()),
                Merger.Grouping.MERGED,
                Limits.of(1 << 30).withSeries(100_000),
                new Rejects(line -> {
                    throw new AssertionError(line);
                }));
    }

    /** As an application with many routes has it: a tenth each of gauges and counters, the rest histograms' buckets. */
    private Exposition exposition(int round) {
        List<Family> families = new ArrayList<>();
        int plain = SERIES / 10;
        families.add(new Family("app_events_total", Kind.COUNTER, "Events", "", rows(plain)));
        families.add(new Family("app_pool_size", Kind.GAUGE, "Pools", "", rows(plain)));
        int buckets = 8;
        List<Row> histograms = new ArrayList<>();
        for (int i = 0; i < (SERIES - 2 * plain) / (buckets + 3); i++) {
            histograms.add(Row.withBounds(labels(i), .005, .01, .05, .1, .5, 1, 5, 10));
        }
        families.add(new Family("app_request_seconds", Kind.HISTOGRAM, "Requests", "", histograms));
        Shape shape = new Shape(families);
        double[] values = new double[shape.width()];
        for (int i = 0; i < 2 * plain; i++) {
            values[i] = round * 10L + random.nextInt(10);
        }
        for (int at = 2 * plain; at < values.length; at += buckets + 2) {
            values[at] = 100L * round;
            values[at + 1] = 10.5 * round;
            for (int bucket = 0; bucket < buckets; bucket++) {
                values[at + 2 + bucket] = (10L + bucket) * round;
            }
        }
        return new Exposition(shape, values);
    }

    private static List<Row> rows(int count) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(Row.of(labels(i)));
        }
        return rows;
    }

    private static String labels(int i) {
        return "method=\"GET\",outcome=\"SUCCESS\",status=\"200\",uri=\"/orders/" + i + "\"";
    }

    private interface Work {
        byte[] run();
    }

    private static double cpuMillis(Work work) {
        var threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        byte[] answer = work.run();
        long end = threads.getCurrentThreadCpuTime();
        assertThat(answer).isNotEmpty();
        return (end - start) / 1e6;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
